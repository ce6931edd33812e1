import type { Page } from 'playwright-core';
import { expect, inject, test } from 'vitest';

import { ask, base, useBrowser, visit, visitAs } from './browser';
import { toast } from './forms';
import {
  accountName,
  confirmByKey,
  enrol,
  giveRole,
  inviteAdministrator,
  plugKey,
  signInWithKey,
  signInWithPassword,
  signOut,
} from './keys';

useBrowser();

const oneMessage = '未能完成：操作已取消、超时或密钥不符，请重试。';

/** A new administrator's link, made by the one above. */
async function linkFor(name: string, role?: string): Promise<string> {
  let link = '';
  await visitAs('township-administrator', async (page) => {
    link = await inviteAdministrator(page, name);
    if (role) await giveRole(page, name, role);
  });
  return link;
}

test('the link of the command line enrols the first administrator, once', async () => {
  const link = inject('firstAdministrator');
  await visit(async (page) => {
    await plugKey(page);
    await enrol(page, link);
    expect(await accountName(page)).toBe('首位管理员');
    await page.getByRole('link', { name: '账号管理' }).waitFor();
  });
  await visit(async (page) => {
    await plugKey(page);
    await page.goto(link);
    await page.locator('.bn-failure').waitFor();
    expect(await page.getByRole('button', { name: '登记这个密钥' }).count()).toBe(0);
  });
});

const keyButton = (page: Page) => page.getByRole('button', { name: '使用安全密钥登录' });

test('an invited administrator enrols a key, and signs in with it and nothing else', async () => {
  const link = await linkFor('密钥管理员甲', '组织管理员');
  expect(link).toMatch(/\/enrol#[0-9A-Z]{5}(-[0-9A-Z]{1,5})+$/);
  await visit(async (page) => {
    await plugKey(page);
    await page.goto(link);
    await page.getByText('密钥管理员甲', { exact: true }).waitFor();
    expect(page.url()).toBe(`${base}/enrol`);
    await enrol(page, link);
    expect(await accountName(page)).toBe('密钥管理员甲');
    await page.getByRole('link', { name: '党组织', exact: true }).waitFor();

    await signOut(page);
    await signInWithKey(page);
    expect(await accountName(page)).toBe('密钥管理员甲');

    await page.goto(`${base}/account?tab=keys`);
    await page.getByRole('list', { name: '安全密钥' }).getByText('蓝色密钥').waitFor();

    // The link has been used: it says the same as one that never was.
    await page.goto(`${base}/browsers`);
    await page.goto(link);
    await page.locator('.bn-failure').waitFor();
    const used = await page.locator('.bn-failure .ant-alert-title, .bn-failure .ant-alert-message').innerText();
    await page.goto(`${base}/browsers`);
    await page.goto(`${base}/enrol#ABCDE-FGHIJ`);
    await page.locator('.bn-failure').waitFor();
    expect(await page.locator('.bn-failure .ant-alert-title, .bn-failure .ant-alert-message').innerText()).toBe(used);
  });
});

test('the sign-in page is used with the keyboard alone', async () => {
  await visit(async (page) => {
    await page.clock.install();
    await plugKey(page, { touched: false });
    await page.goto(`${base}/enter`);
    await keyButton(page).waitFor();
    expect(await keyButton(page).evaluate((button) => button === document.activeElement)).toBe(true);
    await page.keyboard.press('Enter');
    await page.getByText('请插入安全密钥').waitFor();
    await page.getByRole('button', { name: '取消' }).focus();
    await page.keyboard.press('Enter');
    await keyButton(page).waitFor();
    await page.getByRole('button', { name: '党员用密码登录' }).focus();
    await page.keyboard.press('Enter');
    await page.getByLabel('用户名').waitFor();
    await page.keyboard.type('某人');
    await page.keyboard.press('Tab');
    await page.keyboard.type('不对的密码');
    await page.keyboard.press('Enter');
    await page.locator('.bn-failure').getByText('用户名或密码错误').waitFor();
  });
});

test('a second key is enrolled, renamed, used, and the first one removed', async () => {
  const link = await linkFor('密钥管理员乙');
  await visit(async (page) => {
    const first = await plugKey(page);
    await enrol(page, link);
    await page.goto(`${base}/account?tab=keys`);
    await page.getByRole('button', { name: '登记另一个密钥' }).click();
    await confirmByKey(page);

    await first.touch(false);
    const second = await plugKey(page);
    await page.getByRole('button', { name: '登记这个密钥' }).click();
    await toast(page, '密钥已登记').waitFor();
    const keys = page.getByRole('list', { name: '安全密钥' }).getByRole('listitem');
    await expect.poll(() => keys.count()).toBe(2);
    expect(await second.credentials()).toHaveLength(1);

    await keys.filter({ hasText: '蓝色密钥' }).getByRole('button', { name: '改名' }).click();
    await page.locator('.ant-drawer').getByLabel('密钥名称').fill('蓝色密钥（办公室）');
    await page.locator('.bn-drawer-foot').getByRole('button', { name: '保存' }).click();
    await page.locator('.ant-popover:visible').getByRole('button', { name: '确定' }).click();
    await toast(page, '密钥已改名').waitFor();
    expect(await keys.filter({ hasText: '蓝色密钥（办公室）' }).count()).toBe(1);

    await signOut(page);
    await signInWithKey(page);
    expect(await accountName(page)).toBe('密钥管理员乙');

    await page.goto(`${base}/account?tab=keys`);
    await keys.filter({ hasText: '蓝色密钥' }).getByRole('button', { name: '移除' }).click();
    await page.locator('.ant-drawer textarea').fill('已经遗失');
    await page.locator('.bn-drawer-foot').getByRole('button', { name: '移除', exact: true }).click();
    await page.locator('.ant-popover:visible').getByRole('button', { name: '确定' }).click();
    await confirmByKey(page);
    await expect.poll(() => keys.count()).toBe(1);

    // The removed key gets the same answer as a strange one.
    await signOut(page);
    await second.unplug();
    await first.touch(true);
    await keyButton(page).click();
    await page.locator('.bn-failure').getByText('登录失败').waitFor();
  });
});

test('a key that is pulled out, a strange key and a cancel say no more than they should', async () => {
  await visit(async (page) => {
    await page.clock.install();
    const key = await plugKey(page, { touched: false });
    await page.goto(`${base}/enter`);
    // The wait for the key begins when its challenge is there.
    await Promise.all([page.waitForResponse('**/session/key/begin'), keyButton(page).click()]);
    await page.getByText('请插入安全密钥').waitFor();
    await key.unplug();
    await expect
      .poll(async () => {
        await page.clock.fastForward(61_000);
        return page.getByText(oneMessage).count();
      })
      .toBe(1);

    await plugKey(page, { touched: false });
    await keyButton(page).click();
    await page.getByText('请插入安全密钥').waitFor();
    await page.getByRole('button', { name: '取消' }).click();
    await keyButton(page).waitFor();
    expect(await page.locator('.bn-failure').count()).toBe(0);
  });
  await visit(async (page) => {
    await plugKey(page);
    await page.goto(`${base}/enter`);
    await keyButton(page).click();
    await page.getByText(oneMessage).waitFor();
  });
  await visit(async (page) => {
    await plugKey(page);
    await page.goto(`${base}/enter`);
    await keyButton(page).waitFor();
    // A key that somebody made for this site without the server.
    await page.evaluate(async () => {
      await navigator.credentials.create({
        publicKey: {
          challenge: new Uint8Array(32),
          rp: { id: 'localhost', name: 'localhost' },
          user: { id: crypto.getRandomValues(new Uint8Array(16)), name: 'x', displayName: 'x' },
          pubKeyCredParams: [
            { type: 'public-key', alg: -7 },
            { type: 'public-key', alg: -257 },
          ],
          authenticatorSelection: { residentKey: 'required' },
        },
      });
    });
    await keyButton(page).click();
    await page.locator('.bn-failure').getByText('登录失败').waitFor();
  });
});

test('a wrong password and an unknown name get one answer, and too many tries are counted down', async () => {
  await visit(async (page) => {
    const said = async (userName: string) => {
      await signInWithPassword(page, userName, '不对的密码');
      await page.locator('.bn-failure').waitFor();
      return page.locator('.bn-failure .ant-alert-title, .bn-failure .ant-alert-message').innerText();
    };
    expect(await said('没有这个人')).toBe('用户名或密码错误');
    const blocked = page.getByText(/尝试次数过多，请在 \d+ 秒后再试/);
    for (let tries = 0; tries < 30 && (await blocked.count()) === 0; tries += 1) await said('没有这个人');
    const seconds = async () => Number(/(\d+) 秒/.exec((await blocked.innerText()) ?? '')?.[1]);
    const before = await seconds();
    expect(await page.getByRole('button', { name: '登录', exact: true }).isDisabled()).toBe(true);
    await expect.poll(seconds).toBeLessThan(before);
  });
});

/** covers: A19 */
test('the page on browsers names them and says that nothing has to be installed or allowed', async () => {
  await visit(async (page) => {
    await page.goto(`${base}/enter`);
    await page.getByRole('link', { name: '浏览器要求' }).click();
    for (const name of ['Chrome / Chromium', 'Edge', 'Firefox', 'Safari']) await page.getByRole('row', { name }).waitFor();
    await page.getByText('不需要插件、控件，也不需要允许弹出窗口。').waitFor();
    await page.getByText('1024×768').waitFor();
    await page.getByText('当前浏览器可以使用安全密钥。').waitFor();
  });
});

test('an ended session leads to the sign-in page and back to the page that was open', async () => {
  await visit(async (page, context) => {
    await page.goto(`${base}/enter`);
    await page.locator('.bn-enter-roles button').nth(2).click();
    await page.getByRole('button', { name: /的菜单$/ }).waitFor();
    await page.goto(`${base}/people?stages=FULL`);
    await page.getByRole('button', { name: '下一页' }).waitFor();

    const elsewhere = await context.newPage();
    await elsewhere.goto(`${base}/browsers`);
    await elsewhere.evaluate(() => fetch('/session', { method: 'DELETE' }));

    await page.getByRole('link', { name: '操作日志' }).click();
    await page.waitForURL('**/enter?back=**');
    await page.locator('.bn-enter-roles button').nth(2).click();
    await page.waitForURL('**/journal**');
    expect((await ask<{ viewer: object | null }>(page, '{ viewer { readOnly } }')).viewer).not.toBeNull();
  });
});
