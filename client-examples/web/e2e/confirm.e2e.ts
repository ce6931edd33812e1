import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';

import { ask, base, useBrowser, visit, visitAs } from './browser';
import { choose, drawer, fill, pickToday, submit, toast } from './forms';
import { accountName, confirmByKey, enrol, giveRole, inviteAdministrator, plugKey, submitAndConfirm } from './keys';

useBrowser();

const dialog = (page: Page) => page.getByRole('dialog', { name: '请确认这项操作' });
const grantRows = (page: Page) => page.getByRole('table').locator('tbody tr.ant-table-row');

test('a dangerous action shows what it does, keeps the form when it is cancelled, and is done with the key', async () => {
  let link = '';
  await visitAs('township-administrator', async (page) => {
    link = await inviteAdministrator(page, '确认测试员');
    await giveRole(page, '确认测试员', '组织管理员');
    await inviteAdministrator(page, '被停用的人');
  });
  await visit(async (page) => {
    const key = await plugKey(page);
    await enrol(page, link);
    await page.goto(`${base}/accounts?search=${encodeURIComponent('被停用的人')}`);
    await page.getByRole('button', { name: '被停用的人' }).click();
    await page.locator('.ant-drawer .bn-actions').getByRole('button', { name: '更多操作' }).click();
    await page.getByRole('menuitem', { name: '停用' }).click();
    await fill(drawer(page), '原因', '已调离本单位');
    const send = async () => {
      await drawer(page).locator('.bn-drawer-foot').getByRole('button', { name: '停用', exact: true }).click();
      await page.locator('.ant-popover:visible').last().getByRole('button', { name: '确定', exact: true }).click();
    };

    await send();
    await dialog(page).getByText('被停用的人').first().waitFor();
    await dialog(page).getByRole('button', { name: '取消' }).click();
    await dialog(page).waitFor({ state: 'detached' });
    expect(await drawer(page).locator('textarea').inputValue()).toBe('已调离本单位');
    expect(await page.locator('.bn-failure').count()).toBe(0);

    // A touch that does not come, then a cancel of the wait: the dialog stays and can be used again.
    await key.touch(false);
    await send();
    await dialog(page).getByRole('button', { name: '使用安全密钥确认' }).click();
    await dialog(page).getByText('请插入安全密钥').waitFor();
    await dialog(page).getByRole('button', { name: '取消' }).click();
    await key.touch(true);
    await confirmByKey(page);
    await toast(page, '账号已停用').waitFor();
    await page.locator('.ant-drawer').getByText('已停用', { exact: true }).waitFor();

    await page.goto(`${base}/account?tab=events`);
    await page.getByRole('row', { name: /操作确认/ }).first().waitFor();
  });
});

test('an action is confirmed and left with the keyboard alone', async () => {
  await visitAs('township-administrator', async (page) => {
    await page.goto(`${base}/people`);
    await page.locator('.bn-list a').first().click();
    await page.getByRole('button', { name: '查看隐藏信息' }).focus();
    await page.keyboard.press('Enter');
    await fill(drawer(page), '用途', '键盘测试');
    await drawer(page).locator('.bn-drawer-foot').getByRole('button', { name: '查看隐藏信息', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.locator('.ant-popover:visible').last().getByRole('button', { name: '确定', exact: true }).focus();
    await page.keyboard.press('Enter');
    await dialog(page).waitFor();
    // The focus never reaches what lies behind; between the last button and the first it is the browser's own.
    for (let step = 0; step < 6; step += 1) {
      await page.keyboard.press('Tab');
      const inside = await page.evaluate(() => {
        const { activeElement, body } = document;
        return activeElement === body || Boolean(activeElement?.closest('.bn-step-up'));
      });
      expect(inside).toBe(true);
    }
    await page.keyboard.press('Escape');
    await dialog(page).waitFor({ state: 'detached' });
    expect(await drawer(page).locator('textarea').inputValue()).toBe('键盘测试');
  });
});

test('a part of a right is lent for a time, used on behalf of its holder, and ended', async () => {
  await visitAs('township-administrator', async (page, context) => {
    const { viewer } = await ask<{ viewer: { account: { name: string } } }>(page, '{ viewer { account { name } } }');
    const lender = viewer.account.name;
    const link = await inviteAdministrator(page, '受托人');
    await page.goto(`${base}/grants`);
    await page.getByRole('button', { name: '委托', exact: true }).click();
    await drawer(page).locator('.ant-select').first().click();
    await page.locator('.ant-select-dropdown:visible .ant-select-item-option').first().click();
    for (const right of ['查看组织', '查看党员', '编辑人员']) await drawer(page).getByRole('checkbox', { name: right, exact: true }).check();
    await choose(drawer(page), '账号', '受托人', '受托人');
    await pickToday(drawer(page), '截止');
    await fill(drawer(page), '原因', '外出开会一天');
    await submitAndConfirm(page, '委托');
    await toast(page, '已委托').waitFor();
    const row = grantRows(page).filter({ hasText: '受托人' });
    await row.getByText(`代 ${lender}`).waitFor();

    const other = await context.browser()?.newContext({ locale: 'zh-CN', viewport: { width: 1366, height: 768 } });
    if (!other) throw new Error('no browser');
    try {
      const helper = await other.newPage();
      await plugKey(helper);
      await enrol(helper, link);
      await helper.getByRole('link', { name: '党员', exact: true }).click();
      await helper.locator('.bn-list a').first().click();
      await helper.locator('.bn-facts').first().waitFor();
      const id = new URL(helper.url()).pathname.split('/').pop();
      const { node } = await ask<{ node: { version: number } }>(helper, 'query ($id: ID!) { node(id: $id) { ... on Person { version } } }', { id });
      const { personEdit } = await ask<{ personEdit: { userErrors: { code: string }[] } }>(
        helper,
        'mutation ($input: PersonEditInput!) { personEdit(input: $input) { userErrors { code } } }',
        { input: { id, version: node.version, education: '14' } },
      );
      expect(personEdit.userErrors).toEqual([]);

      await page.goto(`${base}/journal?account=${encodeURIComponent('受托人')}`);
      await page.getByText(`代 ${lender} 行使`).first().waitFor();

      await page.goto(`${base}/grants`);
      await row.getByRole('button', { name: '结束授权' }).click();
      await drawer(page).getByText(`${lender}`).first().waitFor();
      await fill(drawer(page), '原因', '提前返回');
      // Taking back what was lent asks for no key: it is less afterwards, and must work at once.
      await submit(page, '结束授权');
      await toast(page, '授权已结束').waitFor();

      const after = await ask<{ viewer: { permissions: string[] } | null }>(helper, '{ viewer { permissions } }').catch(() => ({ viewer: null }));
      expect(after.viewer?.permissions ?? []).toEqual([]);
    } finally {
      await other.close();
    }
  });
});

test('a hidden value is opened with a reason, hidden again after a minute, and the person sees who looked', async () => {
  let person = '';
  let looker = '';
  await visitAs('member', async (page) => {
    const { viewer } = await ask<{ viewer: { person: { id: string } } }>(page, '{ viewer { person { id } } }');
    person = viewer.person.id;
  });
  await visitAs('branch-secretary', async (page) => {
    looker = (await accountName(page)) ?? '';
    await page.clock.install();
    await page.goto(`${base}/people/${person}`);
    await page.getByRole('button', { name: '查看隐藏信息' }).click();
    await fill(drawer(page), '用途', '核对转接材料');
    await submitAndConfirm(page, '查看隐藏信息');
    const opened = page.locator('.bn-revealed');
    await opened.first().waitFor();
    expect(await opened.first().innerText()).toMatch(/^\d{17}[\dX]$/);
    await page.clock.fastForward(61_000);
    await opened.first().waitFor({ state: 'detached' });
  });
  await visitAs('member', async (page) => {
    await page.goto(`${base}/account?tab=lookups`);
    await page.getByRole('row').filter({ hasText: looker }).filter({ hasText: '核对转接材料' }).filter({ hasText: '身份证号' }).first().waitFor();
  });
});

test('who may see a person is told with the reason', async () => {
  await visitAs('township-administrator', async (page) => {
    await page.goto(`${base}/people`);
    await page.locator('.bn-list a').first().click();
    await page.getByRole('tab', { name: '谁能查看' }).click();
    await expect.poll(() => page.getByRole('table').locator('tbody tr.ant-table-row').count()).toBeGreaterThan(0);
    expect(await page.getByRole('table').locator('tbody tr.ant-table-row td').last().innerText()).not.toBe('');
  });
});
