import type { CDPSession, Page } from 'playwright-core';

import { ask, base } from './browser';
import { choose, drawer, fill } from './forms';

/** A USB key that exists in the browser only. It has to be there before the page asks for it. */
export interface Key {
  /** Whether it is touched as soon as something asks for it. */
  touch: (yes: boolean) => Promise<void>;
  /** Whether its holder gives PIN or finger. */
  verify: (yes: boolean) => Promise<void>;
  unplug: () => Promise<void>;
  credentials: () => Promise<Credential[]>;
}

type Credential = { credentialId: string; isResidentCredential: boolean; privateKey: string; signCount: number; rpId?: string; userHandle?: string };

const sessions = new WeakMap<Page, CDPSession>();

async function devtools(page: Page): Promise<CDPSession> {
  const known = sessions.get(page);
  if (known) return known;
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable', { enableUI: false });
  sessions.set(page, cdp);
  return cdp;
}

export async function plugKey(page: Page, { touched = true, verifies = true, keepsAccounts = true, holds = [] as Credential[] } = {}): Promise<Key> {
  const cdp = await devtools(page);
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'usb',
      hasResidentKey: keepsAccounts,
      hasUserVerification: verifies,
      isUserVerified: verifies,
      automaticPresenceSimulation: touched,
    },
  });
  for (const credential of holds) await cdp.send('WebAuthn.addCredential', { authenticatorId, credential });
  return {
    touch: (enabled) => cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled }).then(() => undefined),
    verify: (isUserVerified) => cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }).then(() => undefined),
    unplug: () => cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId }).then(() => undefined),
    credentials: async () => (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
  };
}

/** Confirms the shown action as the demonstration's entries do, without a key. */
export async function confirmByClick(page: Page): Promise<void> {
  const dialog = page.getByRole('dialog', { name: '请确认这项操作' });
  await dialog.getByRole('button', { name: '确认执行' }).click();
  await dialog.waitFor({ state: 'detached' });
}

export async function confirmByKey(page: Page): Promise<void> {
  const dialog = page.getByRole('dialog', { name: '请确认这项操作' });
  await dialog.getByRole('button', { name: '使用安全密钥确认' }).click();
  await dialog.waitFor({ state: 'detached' });
}

/** Sends the open form, answers its question and confirms by click. */
export async function submitAndConfirm(page: Page, button: string, confirm: (page: Page) => Promise<void> = confirmByClick): Promise<void> {
  await drawer(page).locator('.bn-drawer-foot').getByRole('button', { name: button, exact: true }).click();
  await page.locator('.ant-popover:visible, .ant-popconfirm:visible').last().getByRole('button', { name: '确定', exact: true }).click();
  await confirm(page);
}

/** What a slip says beside a label; then it is put away. */
export async function readSlip(page: Page, ...labels: string[]): Promise<string[]> {
  const slip = page.locator('.bn-slip');
  await slip.getByText('只显示这一次').waitFor();
  const values = await Promise.all(
    labels.map((label) => slip.locator('.bn-facts > div').filter({ has: page.getByText(label, { exact: true }) }).locator('dd').innerText()),
  );
  await slip.getByRole('button', { name: '已记录，关闭' }).click();
  return values;
}

/** An administrator of one's own organization, made and invited in the console; answers the link to enrol. */
export async function inviteAdministrator(page: Page, name: string): Promise<string> {
  await page.goto(`${base}/accounts`);
  await page.getByRole('button', { name: '开通账号' }).first().click();
  await drawer(page).getByText('管理员', { exact: true }).click();
  await fill(drawer(page), '账号名称', name);
  await submitAndConfirm(page, '开通账号');
  await page.getByText(`邀请${name}登记安全密钥`).waitFor();
  await fill(drawer(page), '原因', '新任管理员');
  await submitAndConfirm(page, '邀请登记密钥');
  const [link] = await readSlip(page, '登记链接');
  return link?.trim() ?? '';
}

/** Gives a role at the own organization, in the console. */
export async function giveRole(page: Page, name: string, role: string): Promise<void> {
  await page.goto(`${base}/grants`);
  await page.getByRole('button', { name: '新增授权' }).click();
  await choose(drawer(page), '账号', name, name);
  await choose(drawer(page), '角色', role);
  await fill(drawer(page), '原因', '工作需要');
  await submitAndConfirm(page, '保存');
}

/** Opens the link in a browser with a key and makes it the key of the account. */
export async function enrol(page: Page, link: string, keyName = '蓝色密钥'): Promise<void> {
  await page.goto(link);
  await page.getByLabel('密钥名称').fill(keyName);
  await page.getByRole('button', { name: '登记这个密钥' }).click();
  await page.waitForURL((url) => url.pathname !== '/enrol');
  await page.getByRole('button', { name: /的菜单$/ }).waitFor();
}

export async function signInWithKey(page: Page): Promise<void> {
  await page.goto(`${base}/enter`);
  await page.getByRole('button', { name: '使用安全密钥登录' }).click();
  await page.waitForURL((url) => url.pathname !== '/enter');
  await page.getByRole('button', { name: /的菜单$/ }).waitFor();
}

export async function signInWithPassword(page: Page, userName: string, password: string): Promise<void> {
  await page.goto(`${base}/enter?by=password`);
  await page.getByLabel('用户名').fill(userName);
  await page.getByRole('textbox', { name: '密码' }).fill(password);
  await page.getByRole('button', { name: '登录', exact: true }).click();
}

export async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /的菜单$/ }).click();
  await page.getByRole('menuitem', { name: '退出' }).click();
  await page.waitForURL('**/enter**');
}

export const accountName = async (page: Page): Promise<string | undefined> =>
  (await ask<{ viewer: { account: { name: string } } | null }>(page, '{ viewer { account { name } } }')).viewer?.account.name;
