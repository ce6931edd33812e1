import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';

import { ask, base, useBrowser, visit, visitAs } from './browser';
import { drawer, fill, refusalAt, toast } from './forms';
import { accountName, confirmByClick, enrol, inviteAdministrator, plugKey, readSlip, signInWithKey, submitAndConfirm } from './keys';

useBrowser();

async function openAccount(page: Page, name: string): Promise<void> {
  await page.goto(`${base}/accounts?search=${encodeURIComponent(name)}`);
  await page.getByRole('button', { name }).click();
  await page.locator('.ant-drawer .bn-actions').waitFor();
}

test('a lost key is replaced by an administrator above: it ends at once, and a new link enrols another', async () => {
  let link = '';
  await visitAs('township-administrator', async (page) => {
    link = await inviteAdministrator(page, '遗失密钥的人');
  });
  await visit(async (page, context) => {
    const lost = await plugKey(page);
    await enrol(page, link, '遗失的密钥');
    expect(await accountName(page)).toBe('遗失密钥的人');

    let replacement = '';
    await visitAs('township-administrator', async (above) => {
      await openAccount(above, '遗失密钥的人');
      await above.locator('.ant-drawer .bn-actions').getByRole('button', { name: '更多操作' }).click();
      await above.getByRole('menuitem', { name: '更换遗失的密钥' }).click();
      await drawer(above).getByText('原有密钥和全部会话立即失效').waitFor();
      await fill(drawer(above), '原因', '出差途中遗失');
      await submitAndConfirm(above, '更换遗失的密钥');
      [replacement = ''] = await readSlip(above, '登记链接');
      await above.goto(`${base}/journal`);
      await above.getByText('遗失密钥的人').first().waitFor();
    });

    // The session is over, and the key that was found again opens nothing.
    expect(await accountName(page)).toBeUndefined();
    await page.goto(`${base}/enter`);
    await page.getByRole('button', { name: '使用安全密钥登录' }).click();
    await page.locator('.bn-failure').waitFor();
    expect(await accountName(page)).toBeUndefined();
    await lost.unplug();

    const second = await context.newPage();
    const found = await plugKey(second);
    await enrol(second, replacement.trim(), '新的密钥');
    expect(await found.credentials()).toHaveLength(1);
    await second.goto(`${base}/account?tab=keys`);
    await second.getByText('新的密钥').waitFor();
    expect(await second.getByText('遗失的密钥').count()).toBe(0);
    await context.clearCookies();
    await signInWithKey(second);
    expect(await accountName(second)).toBe('遗失密钥的人');
  });
});

test('an invitation is taken back before it is used, and its link opens nothing any more', async () => {
  let link = '';
  await visitAs('township-administrator', async (page) => {
    link = await inviteAdministrator(page, '误邀的人');
    await page.goto(`${base}/accounts?tab=invitations`);
    const row = page.getByRole('list', { name: '未使用的登记邀请' }).getByRole('listitem').filter({ hasText: '误邀的人' });
    await row.getByText('新任管理员').waitFor();
    await row.getByRole('button', { name: '结束邀请' }).click();
    await fill(drawer(page), '原因', '邀请错了人');
    await submitAndConfirm(page, '结束邀请');
    await toast(page, '邀请已结束').waitFor();
    await row.waitFor({ state: 'detached' });
  });
  await visit(async (page) => {
    const key = await plugKey(page);
    await page.goto(link);
    await page.locator('.bn-failure').getByText('登记码无效或已过期').waitFor();
    expect(await page.getByRole('button', { name: '登记这个密钥' }).count()).toBe(0);
    expect(await key.credentials()).toHaveLength(0);
    expect(await accountName(page)).toBeUndefined();
  });
});

interface Policy {
  policy: { rotationDays: number | null; unmaskDailyBudget: number };
}
const policyNow = 'query { policy { rotationDays unmaskDailyBudget } }';

test('the policy is saved by the security administrator; what the graded profile demands is refused at its field', async () => {
  await visitAs('security-administrator', async (page) => {
    const before = (await ask<Policy>(page, policyNow)).policy;
    await page.goto(`${base}/policy`);
    const budget = page.getByLabel('每人每天可查看隐藏信息的次数');
    const days = page.getByLabel('更换周期（天）');
    const save = () => page.getByRole('button', { name: '保存' }).click();

    await page.getByText('等级保护', { exact: true }).click();
    await days.fill('');
    await save();
    await refusalAt(page.locator('main'), '更换周期（天）').getByText('等级保护要求定期更换密码').waitFor();
    expect((await ask<Policy>(page, policyNow)).policy).toEqual(before);

    await page.getByText('长密码', { exact: true }).click();
    await budget.fill(String(before.unmaskDailyBudget + 1));
    await save();
    await confirmByClick(page);
    await toast(page, '策略已保存').waitFor();
    expect((await ask<Policy>(page, policyNow)).policy.unmaskDailyBudget).toBe(before.unmaskDailyBudget + 1);
    await page.reload();
    expect(await budget.inputValue()).toBe(String(before.unmaskDailyBudget + 1));
    await budget.fill(String(before.unmaskDailyBudget));
    await save();
    await confirmByClick(page);
    await toast(page, '策略已保存').waitFor();
  });
});
