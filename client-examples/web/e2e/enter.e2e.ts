import { expect, test } from 'vitest';

import { type As, ask, base, enterAs, rootOf, useBrowser, visit, visitAs } from './browser';

useBrowser();

const paths = ['/', '/organizations', '/people', '/accounts', '/grants', '/journal', '/sign-ins'];
const banner = '演示环境';

test('without a session every page leads to the enter page', async () => {
  await visit(async (page) => {
    for (const path of [...paths, '/me', '/account', '/people/x']) {
      await page.goto(base + path);
      await page.waitForURL('**/enter**');
      await page.getByText(banner).waitFor();
    }
  });
});

test('each role has a card and enters through it', async () => {
  await visit(async (page) => {
    await page.goto(`${base}/enter`);
    const cards = page.locator('.bn-enter-roles button');
    await cards.first().waitFor();
    const count = await cards.count();
    expect(count).toBe(10);
    for (let index = 0; index < count; index += 1) {
      await page.goto(`${base}/enter`);
      await cards.nth(index).click();
      await page.waitForURL((url) => !url.pathname.startsWith('/enter'));
      await page.getByRole('button', { name: /的菜单$/ }).waitFor();
      await page.getByText(banner).waitFor();
    }
  });
});

test('the banner is on every page', async () => {
  await visitAs('municipal-administrator', async (page) => {
    for (const path of paths) {
      await page.goto(base + path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      expect(await page.getByRole('note').filter({ hasText: banner }).count()).toBe(1);
    }
  });
});

test('a role sees its own subtree and nothing beside or above it', async () => {
  const administrators: As[] = ['municipal-administrator', 'county-administrator', 'township-administrator', 'other-tenant-administrator'];
  const outside: Record<string, As[]> = {
    'county-administrator': ['municipal-administrator', 'other-tenant-administrator'],
    'township-administrator': ['municipal-administrator', 'county-administrator', 'other-tenant-administrator'],
    'other-tenant-administrator': ['municipal-administrator', 'county-administrator', 'township-administrator'],
    'municipal-administrator': ['other-tenant-administrator'],
  };
  await visit(async (page) => {
    const roots = new Map<As, Awaited<ReturnType<typeof rootOf>>>();
    for (const as of administrators) {
      await enterAs(page, as);
      roots.set(as, await rootOf(page));
    }
    for (const as of administrators) {
      await enterAs(page, as);
      await page.goto(`${base}/organizations`);
      const own = roots.get(as);
      await page.getByRole('treeitem').first().waitFor();
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain(own?.name);
      expect(await page.getByRole('treeitem', { level: 1 }).count()).toBe(1);
      for (const other of outside[as] ?? []) {
        const stranger = roots.get(other);
        await page.goto(`${base}/organizations?node=${stranger?.id}`);
        await page.locator('.bn-failure').waitFor();
        expect(await page.getByText(stranger?.name ?? '?', { exact: true }).count()).toBe(0);
      }
    }
  });
});

test('a plain member sees the own record and branch and no administration', async () => {
  await visitAs('member', async (page) => {
    await page.waitForURL('**/me');
    const { viewer } = await ask<{ viewer: { person: { name: string }; branch: { name: string } } }>(
      page,
      '{ viewer { person { name } branch { name } } }',
    );
    await page.locator('.bn-facts').getByText(viewer.person.name).waitFor();
    expect(await page.locator('.bn-nav a').allTextContents()).toEqual(['我的档案', '我的支部']);
    await page.getByRole('link', { name: '我的支部' }).click();
    await page.locator('.bn-facts').getByText(viewer.branch.name).waitFor();
    await page.getByText(banner).waitFor();
  });
});

test('an auditor reads everything and is offered nothing that changes', async () => {
  await visitAs('auditor', async (page) => {
    for (const path of ['/organizations', '/people', '/accounts', '/grants']) {
      await page.goto(base + path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.getByRole('treeitem').or(page.getByRole('table')).first().waitFor();
      for (const name of ['新增下级', '编辑', '更多操作', '新增党员', '新增授权', '结束授权', '委托', '开通账号', '批准']) {
        expect(await page.getByRole('button', { name }).count(), `${path} ${name}`).toBe(0);
      }
    }
  });
});

test('signing out ends the session', async () => {
  await visit(async (page) => {
    await enterAs(page, 'county-administrator');
    await page.getByRole('button', { name: /的菜单$/ }).click();
    await page.getByRole('menuitem', { name: '退出' }).click();
    await page.waitForURL('**/enter**');
    await page.goto(`${base}/people`);
    await page.waitForURL('**/enter**');
  });
});

test('the language is switched, texts of the server included, and stays', async () => {
  await visitAs('county-administrator', async (page) => {
    await page.goto(`${base}/organizations`);
    await page.getByText('基本信息').waitFor();
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('tab', { name: 'Basic information' }).waitFor();
    await page.locator('.bn-facts').getByText('County committee').waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('en');
    await page.reload();
    await page.getByRole('tab', { name: 'Basic information' }).waitFor();
    await page.getByRole('button', { name: '中文' }).click();
    await page.getByRole('tab', { name: '基本信息' }).waitFor();
  });
});

test('GraphiQL is there for those who are signed in', async () => {
  await visit(async (page) => {
    expect((await page.goto(`${base}/graphiql`))?.status()).toBe(404);
  });
  await visitAs('county-administrator', async (page) => {
    await page.goto(`${base}/graphiql`);
    await page.locator('.graphiql-query-editor .CodeMirror').click();
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText('{ viewer { account { name } } }');
    await page.keyboard.press('Control+Enter');
    await page.locator('.result-window').getByText('陈静怡').waitFor();
  });
});
