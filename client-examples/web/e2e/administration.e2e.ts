import { expect, test } from 'vitest';

import { ask, base, useBrowser, visit, visitAs } from './browser';
import { choose, drawer, fill, toast } from './forms';
import { accountName, confirmByClick, enrol, inviteAdministrator, plugKey, signInWithKey, submitAndConfirm } from './keys';

useBrowser();

/** covers: A18 */
test('the console is entered by its address, and installed with an icon of its own', async () => {
  await visit(async (page, context) => {
    await page.goto(base);
    await page.waitForURL('**/enter**');
    const cdp = await context.newCDPSession(page);
    const { url, errors, data } = await cdp.send('Page.getAppManifest');
    expect([url, errors]).toEqual([`${base}/manifest.webmanifest`, []]);
    const manifest = JSON.parse(data ?? '{}') as { display: string; start_url: string; icons: { src: string; sizes: string }[] };
    expect([manifest.display, manifest.start_url]).toEqual(['standalone', '/']);
    for (const { src, sizes } of manifest.icons) {
      const natural = await page.evaluate(async (address) => {
        const icon = new Image();
        icon.src = address;
        await icon.decode();
        return `${icon.naturalWidth}x${icon.naturalHeight}`;
      }, src);
      if (sizes !== 'any') expect(natural).toBe(sizes);
    }
  });
});

test('an administrator of an account gives it other names, and what is refused stands at its field', async () => {
  await visitAs('township-administrator', async (page) => {
    await inviteAdministrator(page, '待改名管理员');
    await page.goto(`${base}/accounts`);
    await page.getByRole('link', { name: '待改名管理员' }).or(page.getByRole('button', { name: '待改名管理员' })).first().click();
    const act = page.locator('.ant-drawer .bn-actions');
    await act.getByRole('button', { name: '更多操作' }).click();
    await page.getByRole('menuitem', { name: '编辑账号' }).click();
    await fill(drawer(page), '账号名称', '已改名管理员');
    await fill(drawer(page), '用户名', 'a b');
    await drawer(page).locator('.bn-drawer-foot').getByRole('button', { name: '编辑账号', exact: true }).click();
    await page.locator('.ant-popover:visible, .ant-popconfirm:visible').last().getByRole('button', { name: '确定', exact: true }).click();
    await drawer(page).getByText('登录名为2至40个字符').first().waitFor();
    await fill(drawer(page), '用户名', 'yigaiming');
    await submitAndConfirm(page, '编辑账号');
    await toast(page, '账号已修改').waitFor();
    await page.getByText('已改名管理员').first().waitFor();
    await page.getByText('yigaiming').first().waitFor();
  });
});

test('a high role waits for a second person, who sees it and approves', async () => {
  await visitAs('municipal-administrator', async (page) => {
    await page.goto(`${base}/accounts`);
    await page.getByRole('button', { name: '开通账号' }).first().click();
    await drawer(page).getByText('管理员', { exact: true }).click();
    await fill(drawer(page), '账号名称', '待批审计员');
    await submitAndConfirm(page, '开通账号');
    await page.goto(`${base}/grants`);
    await page.getByRole('button', { name: '新增授权' }).click();
    await choose(drawer(page), '账号', '待批审计员', '待批审计员');
    await choose(drawer(page), '角色', '审计');
    await fill(drawer(page), '原因', '年度审计');
    await submitAndConfirm(page, '保存');
    await toast(page, '已提交，待另一人批准').waitFor();
    // Whoever proposed it may change or take it back, and not approve it.
    const row = page.getByRole('row').filter({ hasText: '待批审计员' });
    await page.locator('.ant-segmented').getByText('待批准', { exact: true }).click();
    await row.getByText('待批准').waitFor();
    expect(await row.getByRole('button', { name: '批准' }).count()).toBe(0);
    await row.getByRole('button', { name: '修改' }).click();
    await fill(drawer(page), '原因', '年度审计，补充说明');
    await submitAndConfirm(page, '保存');
    await toast(page, '授权已修改').waitFor();
  });
  await visitAs('deputy-administrator', async (page) => {
    await page.goto(`${base}/grants`);
    const row = page.getByRole('row').filter({ hasText: '待批审计员' });
    await page.locator('.ant-segmented').getByText('待批准', { exact: true }).click();
    await row.getByRole('button', { name: '批准' }).click();
    await drawer(page).getByText('年度审计，补充说明').waitFor();
    await drawer(page).getByRole('button', { name: '批准', exact: true }).click();
    await page.locator('.ant-popover:visible, .ant-popconfirm:visible').last().getByRole('button', { name: '确定', exact: true }).click();
    await confirmByClick(page);
    await toast(page, '已批准').waitFor();
    await page.locator('.ant-segmented').getByText('有效', { exact: true }).click();
    await row.getByText('有效').waitFor();
  });
});

/** covers: SEC-C04 */
test('sessions are listed and ended, by their owner and by an administrator above', async () => {
  let link = '';
  await visitAs('township-administrator', async (page) => {
    link = await inviteAdministrator(page, '会话管理员');
  });
  await visit(async (first, context) => {
    const key = await plugKey(first);
    await enrol(first, link);
    const id = (await ask<{ viewer: { account: { id: string } } }>(first, '{ viewer { account { id } } }')).viewer.account.id;
    const holds = await key.credentials();
    const other = await context.browser()!.newContext({ locale: 'zh-CN' });
    try {
      const second = await other.newPage();
      await plugKey(second, { holds });
      await signInWithKey(second);
      // One's own: both are listed, one is this one, and the other is ended.
      await first.goto(`${base}/account?tab=sessions`);
      const list = first.getByRole('list', { name: '登录会话' });
      await list.getByRole('listitem').nth(1).waitFor();
      expect(await list.getByRole('listitem').count()).toBe(2);
      expect(await list.getByText('当前会话').count()).toBe(1);
      await first.getByRole('button', { name: '结束其他全部会话' }).click();
      await toast(first, '已结束 1 个会话').waitFor();
      expect(await accountName(second)).toBeUndefined();
      expect(await accountName(first)).toBe('会话管理员');
    } finally {
      await other.close();
    }
    // By an administrator above: the present one ends too.
    await visitAs('township-administrator', async (page) => {
      const { node } = await ask<{ node: { sessions: { id: string }[] } }>(
        page,
        'query ($id: ID!) { node(id: $id) { ... on Account { sessions { id } } } }',
        { id },
      );
      expect(node.sessions).toHaveLength(1);
      await page.goto(`${base}/accounts`);
      await page.getByRole('link', { name: '会话管理员' }).or(page.getByRole('button', { name: '会话管理员' })).first().click();
      const sessions = page.getByRole('list', { name: '登录会话' });
      await sessions.getByRole('listitem').first().waitFor();
      await page.getByRole('button', { name: '结束全部会话' }).click();
      await confirmByClick(page);
      await toast(page, '已结束 1 个会话').waitFor();
    });
    expect(await accountName(first)).toBeUndefined();
  });
});

test('a key that cannot verify its holder is no key for an administrator', async () => {
  let link = '';
  await visitAs('township-administrator', async (page) => {
    link = await inviteAdministrator(page, '旧式密钥管理员');
  });
  await visit(async (page) => {
    await plugKey(page, { verifies: false });
    await page.goto(link);
    await page.getByRole('button', { name: '登记这个密钥' }).click();
    await page.locator('.bn-failure').waitFor();
    expect(await accountName(page)).toBeUndefined();
  });
});
