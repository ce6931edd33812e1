import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';

import documents from '../src/gql/persisted-documents.json';
import { ask, base, rootOf, useBrowser, visitAs } from './browser';
import { choose, drawer, fill, pickToday, refusalAt, submit, toast } from './forms';
import { confirmByClick } from './keys';

useBrowser();

interface Made {
  id: string;
  name: string;
  version: number;
}

let serial = 0;
const unused = () => {
  serial += 1;
  return `E2E${Date.now().toString(36).toUpperCase()}${serial}`;
};

/** What a test works on, made without the console. */
async function make(page: Page, parentId: string, kind: string, name: string): Promise<Made> {
  const { organizationCreate } = await ask<{ organizationCreate: { organization: Made | null; userErrors: unknown[] } }>(
    page,
    `mutation ($input: OrganizationCreateInput!) {
      organizationCreate(input: $input) { organization { id name version } userErrors { code path } }
    }`,
    { input: { parentId, kind, name, code: unused() } },
  );
  if (!organizationCreate.organization) throw new Error(JSON.stringify(organizationCreate.userErrors));
  return organizationCreate.organization;
}

async function open(page: Page, id: string, tab = 'basic'): Promise<void> {
  await page.goto(`${base}/organizations?node=${id}&tab=${tab}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
}

async function more(page: Page, action: string): Promise<void> {
  await page.getByRole('button', { name: '更多操作' }).click();
  await page.getByRole('menuitem', { name: action }).click();
}

/** Chooses the new superior in the form of a move. */
async function pickSuperior(page: Page, name: string): Promise<void> {
  await drawer(page).locator('.bn-org-picker').click();
  const dialog = page.getByRole('dialog', { name: '新的上级党组织' });
  await dialog.getByRole('searchbox').fill(name);
  await dialog.locator('.bn-tree-found').getByText(name, { exact: true }).click();
  await dialog.getByRole('button', { name: '选定' }).click();
  await drawer(page).locator('.bn-org-picker').getByText(name).waitFor();
}

/** covers: B09 */
test('an organization is renamed with date and document; the old name stays as history and on papers dated before', async () => {
  await visitAs('township-administrator', async (page) => {
    const root = await rootOf(page);
    const { node } = await ask<{ node: { children: { nodes: Made[] } } }>(
      page,
      'query ($id: ID!) { node(id: $id) { ... on Organization { children(last: 1) { nodes { id name version } } } } }',
      { id: root.id },
    );
    const [old] = node.children.nodes;
    if (!old) throw new Error('the demonstration has no such tree');
    await open(page, old.id);

    await more(page, '更名');
    await fill(drawer(page), '批准文件', '渝委〔2026〕8号');
    await submit(page);
    await refusalAt(drawer(page), '新名称').waitFor();
    expect(await refusalAt(drawer(page), '新名称').getAttribute('data-code')).toBe('ORGANIZATION_NAME_UNCHANGED');

    await fill(drawer(page), '新名称', '');
    await drawer(page).getByRole('button', { name: '保存' }).click();
    await drawer(page).getByText('请填写必填项：新名称').waitFor();

    const name = `更名后支部${unused()}`;
    await fill(drawer(page), '新名称', name);
    await submit(page);
    await toast(page, '已更名').waitFor();
    await page.getByRole('heading', { level: 1, name }).waitFor();
    await page.getByRole('tab', { name: '历史沿革' }).click();
    await page.getByRole('cell', { name: old.name, exact: true }).waitFor();
    await page.getByRole('cell', { name: '渝委〔2026〕8号' }).waitFor();

    // On paper: the new name today, the old one on papers of the day before.
    await page.getByRole('button', { name: '情况表' }).click();
    await page.getByRole('heading', { level: 1, name }).waitFor();
    await page.getByRole('textbox', { name: '纸面日期' }).click();
    await page.locator('.ant-picker-header-super-prev-btn').first().click();
    await page.locator('.ant-picker-cell-in-view').first().click();
    await page.getByRole('heading', { level: 1, name: old.name }).waitFor();
    await page.emulateMedia({ media: 'print' });
    const paper = await page.locator('#root').innerText();
    await page.screenshot({ path: 'test-results/screens/sheet-printed.png', fullPage: true });
    await page.emulateMedia({ media: null });
    expect(paper).toContain(old.name);
    expect(paper).not.toContain(name);
    expect(paper).toContain(new URL(page.url()).searchParams.get('day'));
    await page.goto(page.url().replace(/day=[^&]*/, 'day=1950-01-01'));
    await page.getByText('这一天还没有这个党组织的记录').waitFor();
    expect(await page.getByRole('button', { name: '打印' }).isDisabled()).toBe(true);
  });
});

/** covers: B04, B05 */
test('an organization is created; the same name is refused; a branch offers no children', async () => {
  await visitAs('township-administrator', async (page) => {
    const root = await rootOf(page);
    await open(page, root.id);
    const name = `创建测试支部${unused()}`;

    await page.getByRole('button', { name: '新增下级' }).click();
    await page.getByText(`在“${root.name}”下新增党组织`).waitFor();
    await drawer(page).getByRole('button', { name: '保存' }).click();
    await drawer(page).getByText('请填写必填项：名称').waitFor();
    expect(await drawer(page).locator('.ant-form-item-required').count()).toBeGreaterThanOrEqual(3);

    await fill(drawer(page), '名称', name);
    await fill(drawer(page), '组织代码', unused());
    await choose(drawer(page), '类别', '党支部');
    await submit(page);
    await toast(page, `已新增“${name}”`).waitFor();
    await page.getByRole('heading', { level: 1, name }).waitFor();
    await page.getByRole('treeitem', { selected: true }).filter({ hasText: name }).waitFor();
    expect(await page.getByRole('button', { name: '新增下级' }).count()).toBe(0);
    expect(await page.getByRole('button', { name: '编辑' }).count()).toBe(1);
    const branch = new URL(page.url()).searchParams.get('node') ?? '';
    await expect(make(page, branch, '631', '支部下的支部')).rejects.toThrow('ORGANIZATION_IS_LEAF');

    await open(page, root.id);
    await page.getByRole('button', { name: '新增下级' }).click();
    await fill(drawer(page), '名称', name);
    await fill(drawer(page), '组织代码', unused());
    await choose(drawer(page), '类别', '党支部');
    await submit(page);
    await refusalAt(drawer(page), '名称').waitFor();
    expect(await refusalAt(drawer(page), '名称').getAttribute('data-code')).toBe('ORGANIZATION_SAME_NAME');
  });
});

/** covers: B07 */
test('an organization is edited; a code in use is refused at its field', async () => {
  await visitAs('township-administrator', async (page) => {
    const root = await rootOf(page);
    const made = await make(page, root.id, '631', `编辑测试支部${unused()}`);
    const { node } = await ask<{ node: { code: string } }>(page, 'query ($id: ID!) { node(id: $id) { ... on Organization { code } } }', {
      id: root.id,
    });
    await open(page, made.id);

    await page.getByRole('button', { name: '编辑' }).click();
    await fill(drawer(page), '组织代码', node.code);
    await submit(page);
    await refusalAt(drawer(page), '组织代码').waitFor();
    expect(await refusalAt(drawer(page), '组织代码').getAttribute('data-code')).toBe('ORGANIZATION_SAME_CODE');

    await fill(drawer(page), '组织代码', unused());
    await fill(drawer(page), '联系人', '周敏');
    await pickToday(drawer(page), '成立日期');
    await submit(page);
    await toast(page, '修改已保存').waitFor();
    await page.locator('.bn-facts').getByText('周敏').waitFor();

    // Superior and category of the own root are decided from above.
    await open(page, root.id);
    await page.getByRole('button', { name: '更多操作' }).click();
    await page.getByRole('menuitem', { name: '更名' }).waitFor();
    expect(await page.getByRole('menuitem', { name: '变更上级' }).count()).toBe(0);
    await page.keyboard.press('Escape');
    await open(page, root.id);
    await page.getByRole('button', { name: '编辑' }).click();
    await choose(drawer(page), '类别', '党委', '611');
    await submit(page);
    await drawer(page).locator('.bn-refusal[data-code="ORGANIZATION_IS_OWN_ROOT"]').waitFor();
  });
});

test('what someone else saved in the meantime is compared, not overwritten', async () => {
  await visitAs('township-administrator', async (page) => {
    const root = await rootOf(page);
    const made = await make(page, root.id, '631', `核对测试支部${unused()}`);
    await open(page, made.id);
    await page.getByRole('button', { name: '编辑' }).click();
    await fill(drawer(page), '联系人', '我填的人');
    await ask(page, 'mutation ($input: OrganizationEditInput!) { organizationEdit(input: $input) { userErrors { code } } }', {
      input: { id: made.id, version: made.version, contactPerson: '别人填的' },
    });
    // What the record holds now comes with the refusal: nothing is asked for once more.
    const asked: string[] = [];
    page.on('request', (request) => {
      if (request.url().endsWith('/graphql') && request.postData()?.includes(made.id)) asked.push(request.postData() ?? '');
    });
    await submit(page);
    const dialog = page.getByRole('dialog', { name: '数据已被他人修改' });
    await dialog.getByRole('cell', { name: '别人填的' }).waitFor();
    await dialog.getByRole('cell', { name: '我填的人' }).waitFor();
    expect(asked.filter((body) => body.includes('"input"')).length).toBe(1);
    expect(asked.length).toBe(1);
    await dialog.getByRole('button', { name: '用我的值保存' }).click();
    await toast(page, '修改已保存').waitFor();
    await page.locator('.bn-facts').getByText('我填的人').waitFor();
  });
});

test('siblings are put in another order, which the tree follows', async () => {
  await visitAs('county-administrator', async (page) => {
    const root = await rootOf(page);
    const parent = await make(page, root.id, '611', `排序测试党委${unused()}`);
    await make(page, parent.id, '631', '甲支部');
    const second = await make(page, parent.id, '631', '乙支部');
    await open(page, second.id);
    const order = async () =>
      (await page.getByRole('treeitem', { level: 3 }).locator('.bn-tree-name').allTextContents()).filter((name) => /^[甲乙]支部$/.test(name));
    await expect.poll(order).toEqual(['甲支部', '乙支部']);

    await more(page, '调整排序');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('当前第 2 位，共 2 个同级组织').waitFor();
    expect(await dialog.getByRole('button', { name: '下移' }).isDisabled()).toBe(true);
    await dialog.getByRole('button', { name: '上移' }).click();
    await toast(page, '排序已调整').waitFor();
    await dialog.getByText('当前第 1 位，共 2 个同级组织').waitFor();
    await expect.poll(order).toEqual(['乙支部', '甲支部']);

    await dialog.getByRole('button', { name: '下移' }).click();
    await expect.poll(order).toEqual(['甲支部', '乙支部']);
  });
});

test('a move of a place that someone else changed is refused', async () => {
  await visitAs('county-administrator', async (page) => {
    const root = await rootOf(page);
    const parent = await make(page, root.id, '611', `排序冲突党委${unused()}`);
    await make(page, parent.id, '631', '甲支部');
    const second = await make(page, parent.id, '631', '乙支部');
    await open(page, second.id);
    await more(page, '调整排序');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('当前第 2 位，共 2 个同级组织').waitFor();
    // The console learns of changes by itself; here the answer comes too late.
    await page.route('**/graphql', async (route) => {
      const body = route.request().postDataJSON() as { documentId: string; variables: { input: { version: number } } };
      if (!(documents as Record<string, string>)[body.documentId]?.includes('ReorderOrganization')) return route.continue();
      body.variables.input.version -= 1;
      return route.continue({ postData: JSON.stringify(body) });
    });
    await dialog.getByRole('button', { name: '上移' }).click();
    await dialog.locator('.bn-refusal[data-code="STALE_VERSION"]').waitFor();
  });
});

/** covers: B11 */
test('an organization gets another superior; below itself is refused', async () => {
  await visitAs('county-administrator', async (page) => {
    const root = await rootOf(page);
    const from = await make(page, root.id, '611', `原上级党委${unused()}`);
    const to = await make(page, root.id, '611', `新上级党委${unused()}`);
    const moved = await make(page, from.id, '621', `移动总支${unused()}`);
    const leaf = await make(page, to.id, '631', `别处支部${unused()}`);
    const below = await make(page, moved.id, '631', `移动总支下支部${unused()}`);
    await open(page, moved.id);

    const pick = (name: string) => pickSuperior(page, name);

    await more(page, '变更上级');
    await pick(moved.name);
    await submit(page, '变更上级');
    await refusalAt(drawer(page), '新的上级党组织').waitFor();
    expect(await refusalAt(drawer(page), '新的上级党组织').getAttribute('data-code')).toBe('ORGANIZATION_MOVE_INTO_ITSELF');
    await pick(below.name);
    await submit(page, '变更上级');
    await expect.poll(() => refusalAt(drawer(page), '新的上级党组织').getAttribute('data-code')).toBe('ORGANIZATION_MOVE_INTO_ITSELF');
    await pick(leaf.name);
    await submit(page, '变更上级');
    await expect.poll(() => refusalAt(drawer(page), '新的上级党组织').getAttribute('data-code')).toBe('ORGANIZATION_IS_LEAF');

    await pick(to.name);
    await submit(page, '变更上级');
    await confirmByClick(page);
    await toast(page, '上级已变更').waitFor();
    await page.locator('.bn-facts').getByText(to.name).waitFor();
    await page.getByRole('tab', { name: '变更记录' }).click();
    await page.getByText('更换上级').waitFor();
  });
});

test('a large move goes on behind the console, which follows it to its end', async () => {
  await visitAs('county-administrator', async (page) => {
    const root = await rootOf(page);
    const from = await make(page, root.id, '611', `大移动原党委${unused()}`);
    const to = await make(page, root.id, '611', `大移动新党委${unused()}`);
    const moved = await make(page, from.id, '621', `大移动总支${unused()}`);
    for (const number of [1, 2, 3, 4]) await make(page, moved.id, '631', `大移动第${number}支部`);
    await open(page, moved.id);
    // It is asked for again and again: once it is seen under way, as it is for longer in a larger tree.
    let held = false;
    await page.route('**/graphql', async (route) => {
      const body = route.request().postDataJSON() as { documentId?: string };
      const document = (documents as Record<string, string>)[body.documentId ?? ''] ?? '';
      if (!document.includes('query Job(') || held) return route.continue();
      held = true;
      const response = await route.fetch();
      const answer = (await response.json()) as { data: { node: Record<string, unknown> } };
      Object.assign(answer.data.node, { state: 'RUNNING', progress: { done: 3, total: 5 }, error: null });
      return route.fulfill({ response, json: answer });
    });

    await more(page, '变更上级');
    await pickSuperior(page, to.name);
    await submit(page, '变更上级');
    await confirmByClick(page);
    await drawer(page).getByRole('progressbar', { name: '正在移动' }).waitFor();
    await drawer(page).getByText('已处理 3 / 5 个党组织').waitFor();
    await page.screenshot({ path: 'test-results/screens/move-under-way.png' });
    await drawer(page).getByText('上级已变更').waitFor();
    expect(held).toBe(true);
    await page.screenshot({ path: 'test-results/screens/move-done.png' });
    await drawer(page).getByRole('button', { name: '关闭' }).last().click();
    await page.locator('.bn-facts').getByText(to.name).waitFor();
    expect(await page.getByText(`正在移动“${moved.name}”`).count()).toBe(0);
  });
});

test('an organization with subordinates or people cannot be dissolved, an empty one can', async () => {
  await visitAs('township-administrator', async (page) => {
    const root = await rootOf(page);
    const { node } = await ask<{ node: { children: { nodes: { id: string; name: string; counts: { members: number } }[] } } }>(
      page,
      'query ($id: ID!) { node(id: $id) { ... on Organization { children(first: 50) { nodes { id name counts { members } } } } } }',
      { id: root.id },
    );
    const full = node.children.nodes.find(({ counts }) => counts.members > 0);
    if (!full) throw new Error('no branch with members');

    const dissolve = async (id: string) => {
      await open(page, id);
      await more(page, '撤销党组织');
      await fill(drawer(page), '撤销原因', '合并到其他支部');
      await submit(page, '撤销党组织');
    };

    await dissolve(full.id);
    await drawer(page).locator('.bn-refusal[data-code="ORGANIZATION_HAS_PEOPLE"]').waitFor();

    const empty = await make(page, root.id, '631', `撤销测试支部${unused()}`);
    await dissolve(empty.id);
    await confirmByClick(page);
    await toast(page, '已撤销').waitFor();
    await page.getByRole('heading', { level: 1, name: root.name }).waitFor();
    expect(await page.getByRole('treeitem').filter({ hasText: empty.name }).count()).toBe(0);

    await open(page, root.id, 'subordinates');
    await page.getByRole('search').getByRole('combobox', { name: '状态' }).click();
    await page.locator('.ant-select-dropdown:visible').getByText('已撤销').click();
    await page.getByRole('button', { name: '查询' }).click();
    await page.getByRole('table').getByText(empty.name).waitFor();
  });
});

test('subordinates are filtered by name, code and kind, own level or all below', async () => {
  await visitAs('county-administrator', async (page) => {
    const root = await rootOf(page);
    const name = `筛选党委${unused()}`;
    const made = await make(page, root.id, '611', name);
    await make(page, made.id, '631', `${name}支部`);
    await open(page, root.id, 'subordinates');
    const search = page.getByRole('search');
    const rows = page.getByRole('table').locator('tbody tr.ant-table-row');
    const query = async (total: string) => {
      await search.getByRole('button', { name: '查询' }).click();
      await page.locator('.bn-list-bar').getByText(total, { exact: true }).waitFor();
    };

    await search.getByRole('textbox', { name: '名称或简拼' }).fill(name);
    await query('共 1 个');
    await search.getByRole('combobox', { name: '范围' }).click();
    await page.locator('.ant-select-dropdown:visible').getByText('含全部下级').click();
    await query('共 2 个');
    expect(await rows.count()).toBe(2);
    await search.getByRole('combobox', { name: '类别' }).fill('611');
    await page.locator('.ant-select-dropdown:visible .ant-select-item-option', { hasText: /^党委$/ }).click();
    await query('共 1 个');
    expect(new URL(page.url()).searchParams.get('kind')).toBe('611');

    await search.getByRole('button', { name: '重置' }).click();
    await search.getByRole('textbox', { name: '组织代码' }).fill('500101001');
    await query('共 1 个');
  });
});

test('a party group gets a leader and members and is dissolved when empty', async () => {
  await visitAs('branch-secretary', async (page) => {
    const root = await rootOf(page);
    await open(page, root.id, 'groups');
    const name = `第一党小组${unused()}`;
    await page.getByRole('button', { name: '新增党小组' }).click();
    await fill(drawer(page), '党小组名称', name);
    await choose(drawer(page), '组长', '胡华文', '胡华文');
    await submit(page);
    await toast(page, '已保存').waitFor();
    const row = page.getByRole('row').filter({ hasText: name });
    await row.getByRole('link', { name: '胡华文' }).waitFor();

    await row.getByRole('button', { name: '分配党员' }).click();
    await choose(drawer(page), '编入', '吴玉旗', '吴玉旗');
    await page.keyboard.press('Escape');
    await submit(page);
    await row.waitFor();
    await row.getByRole('button', { name: '撤销' }).click();
    await page.locator('.ant-popover:visible').getByRole('button', { name: '确定' }).click();
    await page.locator('.bn-refusal[data-code="PARTY_GROUP_HAS_MEMBERS"]').waitFor();
  });
});

/** covers: D01 */
test('the overview counts own level and below and opens the lists that it counts', async () => {
  await visitAs('township-administrator', async (page) => {
    const root = await rootOf(page);
    const { node } = await ask<{ node: { overview: { organizations: number }; memberOverview: { members: number; byStage: { stage: 'FULL' | 'PROBATIONARY'; count: number }[] } } }>(
      page,
      'query ($id: ID!) { node(id: $id) { ... on Organization { overview { organizations } memberOverview { members byStage { stage count } } } } }',
      { id: root.id },
    );
    await open(page, root.id, 'overview');
    for (const title of ['党组织', '书记配备', '人员类别', '性别', '年龄', '学历', '民族']) {
      await page.locator('.bn-panel-head').getByText(title, { exact: true }).waitFor();
    }
    const total = (title: string) =>
      page.locator('.bn-panel').filter({ has: page.locator(`h2:text-is("${title}")`) }).locator('tfoot td').first().textContent();
    expect(await total('党组织')).toBe(String(node.overview.organizations));
    for (const title of ['性别', '年龄', '学历', '民族']) expect(await total(title)).toBe(String(node.memberOverview.members));
    const stage = page.locator('.bn-panel').filter({ has: page.locator('h2:text-is("人员类别")') });
    for (const { stage: name, count } of node.memberOverview.byStage) {
      const row = stage.getByRole('row').filter({ hasText: { FULL: '正式党员', PROBATIONARY: '预备党员' }[name] });
      expect(await row.locator('td').textContent()).toBe(String(count));
    }

    const women = page.getByRole('row').filter({ has: page.getByRole('link', { name: '女', exact: true }) });
    const count = await women.locator('td').first().textContent();
    await women.getByRole('link', { name: '女' }).click();
    await page.waitForURL('**/people**');
    await page.locator('.bn-list-bar').getByText(`共 ${count} 人`).waitFor();
  });
});
