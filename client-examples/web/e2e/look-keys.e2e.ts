import type { Page } from 'playwright-core';
import { test } from 'vitest';

import { base, office, phone, useBrowser, visit, visitAs } from './browser';
import { toast } from './forms';
import { confirmByClick, giveRole, plugKey, readSlip, signInWithPassword, signOut } from './keys';
import { askForFirstKey, changePassword, type Member, newMember, password } from './newMember';
import { usable } from './usable';

useBrowser();

const sizes = [
  { of: 'office', viewport: office, born: '1986-06-13' },
  { of: 'phone', viewport: phone, born: '1987-07-14' },
];

/** Opens an account and looks at the slip that is shown once. */
async function openAndLook(page: Page, member: Member, of: string): Promise<[string, string]> {
  await page.goto(`${base}/people/${member.id}`);
  await page.getByRole('button', { name: '开通账号' }).click();
  await page.locator('.ant-popover:visible').getByRole('button', { name: '确定' }).click();
  await confirmByClick(page);
  await page.locator('.bn-slip').getByText('只显示这一次').waitFor();
  await usable(page, `slip-${of}`);
  const [userName = '', secret = ''] = await readSlip(page, '用户名', '一次性密码');
  return [userName, secret];
}

for (const { of, viewport, born } of sizes) {
  test(`what signing in shows on its way can be used by everyone (${of})`, async () => {
    const name = of === 'office' ? '看屏幕甲' : '看屏幕乙';
    let member: Member | undefined;
    let opened: [string, string] = ['', ''];
    await visitAs('branch-secretary', async (page) => {
      member = await newMember(page, name, born);
    });
    await visitAs('township-administrator', async (page) => {
      opened = await openAndLook(page, member as Member, of);
    }, { viewport, bypassCSP: true });
    await visit(
      async (page) => {
        const key = await plugKey(page, { verifies: false, touched: false });
        await signInWithPassword(page, ...opened);
        await page.waitForURL('**/password**');
        await page.getByLabel('原密码').waitFor();
        await usable(page, `forced-change-${of}`);
        await changePassword(page, opened[1]);
        await page.waitForURL('**/me**');
        await askForFirstKey(page);
        await usable(page, `own-enrol-${of}`);
        // A browser that is asked to keep an account refuses a key that verifies nobody; its holder then says so.
        await key.touch(true);
        await page.getByRole('button', { name: '登记这个密钥' }).click();
        await page.locator('.bn-failure').waitFor();
        await page.getByRole('checkbox', { name: '这个密钥既没有 PIN 码也没有指纹' }).check();
        await page.getByRole('button', { name: '登记这个密钥' }).click();
        await toast(page, '登录时还需要输入密码').waitFor();
        await signOut(page);

        await key.touch(false);
        await page.getByRole('button', { name: '密钥找不到账号？输入用户名' }).click();
        await page.getByLabel('用户名').fill(opened[0]);
        await page.getByRole('button', { name: '使用安全密钥登录' }).click();
        await page.getByText('请插入安全密钥').waitFor();
        await usable(page, `enter-waiting-${of}`);
        await page.getByRole('button', { name: '取消' }).click();
        await key.touch(true);
        await page.getByRole('button', { name: '使用安全密钥登录' }).click();
        await page.getByText('请再输入密码。').waitFor();
        await usable(page, `enter-key-password-${of}`);
        await page.getByRole('textbox', { name: '密码' }).fill('不对的密码');
        await page.getByRole('button', { name: '登录', exact: true }).click();
        await page.locator('.bn-failure').getByText('密码错误').waitFor();
        await usable(page, `enter-key-wrong-${of}`);
        await page.getByRole('button', { name: '使用安全密钥登录' }).click();
        await page.getByRole('textbox', { name: '密码' }).fill(password);
        await page.getByRole('button', { name: '登录', exact: true }).click();
        await page.waitForURL((url) => url.pathname !== '/enter');

        await page.goto(`${base}/account?tab=keys`);
        await page.getByRole('button', { name: '登记另一个密钥' }).click();
        await page.getByRole('dialog', { name: '请确认这项操作' }).getByRole('button', { name: '使用安全密钥确认' }).waitFor();
        await usable(page, `step-up-key-${of}`);
      },
      { viewport, bypassCSP: true },
    );
    await visitAs('township-administrator', (page) => giveRole(page, name, '支部委员'));
    await visit(
      async (page) => {
        await signInWithPassword(page, opened[0], password);
        await page.getByRole('region', { name: '进入组织管理' }).waitFor();
        await usable(page, `raise-bar-${of}`);
      },
      { viewport, bypassCSP: true },
    );
  }, 120_000);
}
