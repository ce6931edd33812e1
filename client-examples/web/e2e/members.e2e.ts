import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { ask, base, rootOf, useBrowser, visit, visitAs } from './browser';
import { drawer, fill, toast } from './forms';
import { accountName, confirmByClick, confirmByKey, enrol, giveRole, plugKey, readSlip, signInWithPassword, signOut, submitAndConfirm } from './keys';
import { askForFirstKey, changePassword, type Member, newMember, openAccount, password } from './newMember';

useBrowser();

/** covers: A09, A10 */
test('a member with an initial password can change it or sign out, and nothing else', async () => {
  let member: Member | undefined;
  let opened: [string, string] = ['', ''];
  await visitAs('branch-secretary', async (page) => {
    member = await newMember(page, '初始密码员');
  });
  await visitAs('township-administrator', async (page) => {
    opened = await openAccount(page, member as Member);
  });
  const [userName, secret] = opened;
  await visit(async (page) => {
    await signInWithPassword(page, userName, secret);
    await page.waitForURL('**/password**');
    await page.getByText('首次登录请先修改密码').waitFor();
    for (const path of ['/', '/me', '/people', '/account']) {
      await page.goto(base + path);
      await page.waitForURL('**/password**');
      await page.getByText('首次登录请先修改密码').waitFor();
    }

    await page.getByLabel('原密码').fill('不是原密码');
    await page.getByLabel('新密码', { exact: true }).fill(password);
    await page.getByLabel('再次输入新密码').fill(`${password}-`);
    await page.getByRole('button', { name: '修改密码' }).click();
    await page.getByText('两次输入不一致').waitFor();
    await page.getByLabel('再次输入新密码').fill(password);
    await page.getByRole('button', { name: '修改密码' }).click();
    await page.getByText('原密码错误').waitFor();

    await page.getByRole('button', { name: '退出' }).click();
    await page.waitForURL('**/enter**');
    await signInWithPassword(page, userName, secret);
    await page.waitForURL('**/password**');
    await changePassword(page, secret);
    await page.waitForURL('**/me**');
    await page.locator('.bn-facts').getByText('初始密码员').waitFor();

    await signOut(page);
    await signInWithPassword(page, userName, secret);
    await page.locator('.bn-failure').getByText('用户名或密码错误').waitFor();
    await signInWithPassword(page, userName, password);
    await page.waitForURL('**/me**');

    // Own account: another login name, own events.
    await page.getByRole('button', { name: /的菜单$/ }).click();
    await page.getByRole('menuitem', { name: '用户中心' }).click();
    await page.locator('.bn-facts').getByText(userName, { exact: true }).first().waitFor();
    await page.getByRole('tab', { name: '登录和安全事件' }).click();
    await page.getByRole('row', { name: /登录失败/ }).first().waitFor();
    await page.getByRole('row', { name: /修改密码/ }).first().waitFor();
  });

  // A reset password is an initial one again, under a new name.
  let reset: [string, string] = ['', ''];
  await visitAs('township-administrator', async (page) => {
    await page.goto(`${base}/people/${member?.id}`);
    await page.getByRole('button', { name: '重置账号' }).click();
    await fill(drawer(page), '原因', '忘记密码');
    await submitAndConfirm(page, '重置账号');
    const [fresh, once] = await readSlip(page, '用户名', '一次性密码');
    reset = [fresh ?? '', once ?? ''];
  });
  await visit(async (page) => {
    await signInWithPassword(page, userName, password);
    await page.locator('.bn-failure').getByText('用户名或密码错误').waitFor();
    await signInWithPassword(page, ...reset);
    await page.waitForURL('**/password**');
    await page.goto(`${base}/me`);
    await page.waitForURL('**/password**');
  });
});

test('who came in with a password and holds more goes on with the key', async () => {
  let member: Member | undefined;
  let opened: [string, string] = ['', ''];
  let link = '';
  await visitAs('branch-secretary', async (page) => {
    member = await newMember(page, '支委兼党员');
  });
  await visitAs('township-administrator', async (page) => {
    opened = await openAccount(page, member as Member);
    await giveRole(page, '支委兼党员', '支部委员');
    await page.goto(`${base}/people/${member?.id}`);
    await page.getByRole('link', { name: opened[0] }).click();
    await page.getByRole('button', { name: '邀请登记密钥' }).click();
    await fill(drawer(page), '原因', '担任支委');
    await submitAndConfirm(page, '邀请登记密钥');
    [link = ''] = await readSlip(page, '登记链接');
  });
  await visit(async (page) => {
    await plugKey(page);
    await signInWithPassword(page, ...opened);
    await page.waitForURL('**/password**');
    await changePassword(page, opened[1]);
    await page.waitForURL('**/me**');
    await enrol(page, link);
    await signOut(page);

    await signInWithPassword(page, opened[0], password);
    const bar = page.getByRole('region', { name: '进入组织管理' });
    await bar.getByText('支部委员').waitFor();
    expect(await page.locator('.bn-nav a').allTextContents()).toEqual(['我的档案', '我的支部']);
    await page.getByRole('button', { name: '组织管理', exact: true }).waitFor();

    await bar.getByRole('button', { name: '使用安全密钥进入组织管理' }).click();
    await page.getByRole('link', { name: '党员', exact: true }).waitFor();
    expect(await bar.count()).toBe(0);
    expect(await accountName(page)).toBe('支委兼党员');
  });
});

test('a member claims the own record with name, number and the code of the branch', async () => {
  let member: Member | undefined;
  let code = '';
  let outside = 0;
  await visitAs('branch-secretary', async (page) => {
    member = await newMember(page, '认领测试员');
    const root = await rootOf(page);
    const count = async () =>
      (await ask<{ people: { totalCount: number } }>(page, 'query ($under: ID!) { people(under: $under) { totalCount } }', { under: root.id })).people
        .totalCount;
    outside = await count();
  });
  await visitAs('township-administrator', async (page) => {
    const { node } = await ask<{ node: { organization: { id: string } } }>(
      page,
      'query ($id: ID!) { node(id: $id) { ... on Person { organization { id } } } }',
      { id: member?.id },
    );
    await page.goto(`${base}/accounts?tab=codes&under=${node.organization.id}`);
    await page.getByRole('button', { name: '发放认领码' }).click();
    await confirmByClick(page);
    [code = ''] = await readSlip(page, '认领码');
    await page.getByRole('list', { name: '认领码' }).getByRole('listitem').first().waitFor();
  });
  await visit(async (page) => {
    const claim = async (name: string) => {
      await page.getByLabel('姓名').fill(name);
      await page.getByLabel('身份证号').fill(member?.identityNumber ?? '');
      await page.getByLabel('认领码').fill(code.toLowerCase().replaceAll('-', ' '));
      await page.getByLabel('设置密码').fill(password);
      await page.getByLabel('再次输入新密码').fill(password);
      await page.getByRole('button', { name: '认领', exact: true }).click();
    };
    await page.goto(`${base}/enter`);
    await page.getByRole('link', { name: '认领本人账号' }).click();
    await claim('别人');
    await page.locator('.bn-failure').getByText('信息不符').waitFor();
    await claim('认领测试员');
    await page.getByText(/认领成功，您的用户名是/).waitFor();
    await page.getByRole('button', { name: '进入' }).click();
    await page.waitForURL('**/me**');
    await page.locator('.bn-facts').getByText('认领测试员').waitFor();
  });
  await visitAs('branch-secretary', async (page) => {
    const root = await rootOf(page);
    const { people } = await ask<{ people: { totalCount: number } }>(
      page,
      'query ($under: ID!) { people(under: $under) { totalCount } }',
      { under: root.id },
    );
    expect(people.totalCount, 'nobody was made a member by it').toBe(outside);
  });
});

/** covers: A14 */
test('the login names of one organization are handed out as a file without secrets', async () => {
  await visitAs('branch-secretary', async (page) => {
    const root = await rootOf(page);
    await page.goto(`${base}/accounts?tab=roster&under=${root.id}`);
    const total = page.locator('.bn-list-bar [role="status"]');
    await total.getByText(/共 \d+ 人/).waitFor();
    const people = Number(/\d+/.exec((await total.textContent()) ?? '')?.[0]);
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: '下载表格' }).click()]);
    expect(file.suggestedFilename()).toBe('登录名册.csv');
    const lines = readFileSync(await file.path(), 'utf8').trimEnd().split('\r\n');
    expect(lines[0]).toBe('\ufeff党员,用户名,状态');
    expect(lines).toHaveLength(people + 1);
    for (const line of lines) expect(line.split(',')).toHaveLength(3);
  });
});

test('an account is disabled, enabled and reset; each step is in the log', async () => {
  let member: Member | undefined;
  await visitAs('branch-secretary', async (page) => {
    member = await newMember(page, '停用测试员');
  });
  await visitAs('township-administrator', async (page) => {
    const [userName] = await openAccount(page, member as Member);
    await page.getByRole('link', { name: userName }).click();
    const act = async (action: string, button = action) => {
      await page.locator('.ant-drawer .bn-actions').getByRole('button', { name: '更多操作' }).click();
      await page.getByRole('menuitem', { name: action }).click();
      await fill(drawer(page), '原因', '测试需要');
      await submitAndConfirm(page, button);
    };
    await page.getByRole('button', { name: '邀请登记密钥' }).waitFor();
    await act('停用');
    await toast(page, '账号已停用').waitFor();
    await page.locator('.ant-drawer').getByText('已停用', { exact: true }).waitFor();
    await page.locator('.ant-drawer .bn-actions').getByRole('button', { name: '启用' }).click();
    await fill(drawer(page), '原因', '测试完毕');
    await submitAndConfirm(page, '启用');
    await toast(page, '账号已启用').waitFor();
    await act('重置账号');
    const [fresh, secret] = await readSlip(page, '用户名', '一次性密码');
    expect(fresh).not.toBe('');
    expect(secret).not.toBe('');
  });
});

/** covers: A06 */
test('a member signs in at the top left of the first page and goes on to the own branch', async () => {
  let opened: [string, string] = ['', ''];
  await visitAs('branch-secretary', async (page) => {
    opened = await openAccount(page, await newMember(page, '首页登录员'));
  });
  await visit(async (page) => {
    await signInWithPassword(page, ...opened);
    await page.waitForURL('**/password**');
    await changePassword(page, opened[1]);
    await page.waitForURL('**/me**');
    await signOut(page);
    await page.goto(base);
    await page.waitForURL('**/enter**');
    const [box, aside] = await Promise.all([page.locator('.bn-enter-card').boundingBox(), page.locator('.bn-enter-aside').boundingBox()]);
    if (!box || !aside) throw new Error('the first page has a box to sign in and something beside it');
    expect(box.x + box.width).toBeLessThan(aside.x);
    expect(box.x + box.width / 2).toBeLessThan(1366 / 2);
    expect(box.y).toBeLessThan(768 / 3);
    // The link to the branch leads there, after signing in.
    await page.getByRole('link', { name: '我的支部' }).click();
    await page.waitForURL('**/enter**back=**');
    await page.getByRole('button', { name: '党员用密码登录' }).click();
    await page.getByLabel('用户名').fill(opened[0]);
    await page.getByRole('textbox', { name: '密码' }).fill(password);
    await page.getByRole('button', { name: '登录', exact: true }).click();
    await page.waitForURL('**/branch**');
    const { viewer } = await ask<{ viewer: { branch: { name: string } } }>(page, '{ viewer { branch { name } } }');
    await page.locator('.bn-facts').getByText(viewer.branch.name).waitFor();
    await page.goto(`${base}/me`);
    await page.getByRole('link', { name: '我的支部' }).click();
    await page.waitForURL('**/branch**');
  });
});

// Chromium refuses it by itself as long as it is asked to keep the account, and says no more than of any other failure.
test('a key that verifies nobody and could keep accounts is enrolled once its holder says what it is', async () => {
  let opened: [string, string] = ['', ''];
  await visitAs('branch-secretary', async (page) => {
    opened = await openAccount(page, await newMember(page, '无码密钥员'));
  });
  await visit(async (page) => {
    const key = await plugKey(page, { verifies: false });
    await signInWithPassword(page, ...opened);
    await page.waitForURL('**/password**');
    await changePassword(page, opened[1]);
    await page.waitForURL('**/me**');
    await askForFirstKey(page);
    const plain = page.getByRole('checkbox', { name: '这个密钥既没有 PIN 码也没有指纹' });
    expect(await plain.count()).toBe(0);
    await page.getByRole('button', { name: '登记这个密钥' }).click();
    await page.locator('.bn-failure').waitFor();
    await page.screenshot({ path: 'test-results/screens/own-plain-key.png' });
    await plain.check();
    await page.getByRole('button', { name: '登记这个密钥' }).click();
    await toast(page, '登录时还需要输入密码').waitFor();
    await page.getByRole('list', { name: '安全密钥' }).getByRole('listitem').first().waitFor();
    expect((await key.credentials()).map(({ isResidentCredential }) => isResidentCredential)).toEqual([false]);
  });
});

test('a key that verifies nobody and keeps no accounts is enrolled, and signs in and confirms beside the password', async () => {
  let opened: [string, string] = ['', ''];
  await visitAs('branch-secretary', async (page) => {
    opened = await openAccount(page, await newMember(page, '简易密钥员'));
  });
  const [userName, secret] = opened;
  await visit(async (page) => {
    const key = await plugKey(page, { verifies: false, keepsAccounts: false });
    await signInWithPassword(page, userName, secret);
    await page.waitForURL('**/password**');
    await changePassword(page, secret);
    await page.waitForURL('**/me**');
    await askForFirstKey(page);
    await page.getByRole('button', { name: '登记这个密钥' }).click();
    await toast(page, '登录时还需要输入密码').waitFor();
    await page.getByRole('list', { name: '安全密钥' }).getByRole('listitem').first().waitFor();
    expect((await key.credentials()).map(({ isResidentCredential }) => isResidentCredential)).toEqual([false]);
    await signOut(page);

    // Without a name there is nothing on it that could answer.
    await page.getByRole('button', { name: '使用安全密钥登录' }).click();
    await page.locator('.bn-failure').waitFor();
    await page.getByRole('button', { name: '密钥找不到账号？输入用户名' }).click();
    await page.getByLabel('用户名').fill(userName);
    await page.screenshot({ path: 'test-results/screens/enter-named.png' });
    await page.getByRole('button', { name: '使用安全密钥登录' }).click();
    const giveSecond = async (given: string) => {
      await page.getByText('这个安全密钥不能验证持有人，请再输入密码。').waitFor();
      await page.getByRole('textbox', { name: '密码' }).fill(given);
      await page.getByRole('button', { name: '登录', exact: true }).click();
    };
    // A wrong password is a wrong sign-in: it begins again with the key, and the name that was given stays.
    await giveSecond('不对的密码');
    await page.locator('.bn-failure').getByText('密码错误').waitFor();
    await page.getByText('请重新使用安全密钥，再输入密码。').waitFor();
    expect(await page.getByLabel('用户名').inputValue()).toBe(userName);
    await page.screenshot({ path: 'test-results/screens/enter-wrong-password-after-key.png' });
    await page.getByRole('button', { name: '使用安全密钥登录' }).click();
    await giveSecond(password);
    await page.waitForURL((url) => url.pathname !== '/enter');
    expect(await accountName(page)).toBe('简易密钥员');
    const { viewer } = await ask<{ viewer: { session: { method: string } } }>(page, '{ viewer { session { method } } }');
    expect(viewer.session.method).toBe('KEY_AND_PASSWORD');

    await page.goto(`${base}/account?tab=keys`);
    await page.getByRole('button', { name: '登记另一个密钥' }).click();
    await confirmByKey(page);
    await page.getByRole('button', { name: '登记这个密钥' }).waitFor();

    // Too many wrong ones are counted down in the button.
    await page.getByRole('button', { name: '取消' }).click();
    await page.locator('.ant-modal-wrap').waitFor({ state: 'hidden' });
    await signOut(page);
    await page.getByRole('button', { name: '密钥找不到账号？输入用户名' }).click();
    await page.getByLabel('用户名').fill(userName);
    const waits = page.getByRole('button', { name: /\d+ 秒后可以重试/ });
    for (let tries = 0; tries < 8 && (await waits.count()) === 0; tries += 1) {
      await page.getByRole('button', { name: '使用安全密钥登录' }).click();
      await giveSecond('不对的密码');
      await page.locator('.bn-failure').waitFor();
    }
    expect(await waits.isDisabled()).toBe(true);
    const seconds = async () => Number(/(\d+) 秒/.exec((await waits.textContent()) ?? '')?.[1]);
    const before = await seconds();
    await expect.poll(seconds).toBeLessThan(before);
    await page.screenshot({ path: 'test-results/screens/enter-waits-after-key.png' });
  });
});
