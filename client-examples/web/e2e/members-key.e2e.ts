import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';

import { ask, base, useBrowser, visit, visitAs } from './browser';
import { drawer, toast } from './forms';
import { confirmByClick, plugKey, signInWithPassword, signOut } from './keys';
import { changePassword, newMember, openAccount, password } from './newMember';
import { usable } from './usable';

useBrowser();

const demand = 'query { policy { memberKeyRequired } }';

/** Sets or takes back the policy in the console. */
async function want(page: Page, required: boolean): Promise<void> {
  await page.goto(`${base}/policy`);
  await page.getByRole('checkbox', { name: '党员登录也须使用安全密钥' }).setChecked(required);
  await page.getByRole('button', { name: '保存' }).click();
  await confirmByClick(page);
  await toast(page, '策略已保存').waitFor();
  expect((await ask<{ policy: { memberKeyRequired: boolean } }>(page, demand)).policy.memberKeyRequired).toBe(required);
}

const due = (page: Page) => page.getByRole('heading', { name: '请使用安全密钥' });

/** covers: SEC-B01 */
test('where the tenant wants a key of members, a password opens the way to one and nothing else', async () => {
  let opened: [string, string] = ['', ''];
  let member = '';
  await visitAs('branch-secretary', async (page) => {
    const { id, name, identityNumber } = await newMember(page, '须用密钥员', '1987-03-09');
    member = name;
    await visitAs('township-administrator', async (above) => {
      opened = await openAccount(above, { id, name, identityNumber });
    });
  });
  await visitAs('security-administrator', (page) => want(page, true));
  try {
    await visit(async (page) => {
      await signInWithPassword(page, ...opened);
      await page.waitForURL('**/password**');
      await changePassword(page, opened[1]);
      await due(page).waitFor();
      for (const path of ['/me', '/branch', '/account', '/people']) {
        await page.goto(base + path);
        await due(page).waitFor();
        // The name of the account stays in the menu; nothing of the record is on the page.
        expect(await page.locator('main').getByText(member).count()).toBe(0);
      }
      await usable(page, 'members-key-first');

      const key = await plugKey(page);
      await page.goto(`${base}/me`);
      await page.getByRole('button', { name: '登记安全密钥' }).click();
      await drawer(page).getByLabel('密码').fill(password);
      await drawer(page).locator('.bn-drawer-foot').getByRole('button', { name: '下一步' }).click();
      await page.locator('.ant-popover:visible').getByRole('button', { name: '确定' }).click();
      await page.getByRole('button', { name: '登记这个密钥' }).click();
      // The page that was asked for is there at once.
      await page.locator('.bn-facts').getByText(member).waitFor();
      expect(await key.credentials()).toHaveLength(1);

      await signOut(page);
      await signInWithPassword(page, opened[0], password);
      await due(page).waitFor();
      await usable(page, 'members-key-again');
      await page.getByRole('button', { name: '使用安全密钥继续' }).click();
      await page.locator('.bn-facts').getByText(member).waitFor();
    });
  } finally {
    await visitAs('security-administrator', (page) => want(page, false));
  }
  await visit(async (page) => {
    await signInWithPassword(page, opened[0], password);
    await page.waitForURL('**/me**');
    await page.locator('.bn-facts').getByText(member).waitFor();
  });
});
