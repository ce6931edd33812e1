import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';

import { ask, base, rootOf, useBrowser, visitAs } from './browser';

useBrowser();

interface Child {
  id: string;
  name: string;
  shortName: string;
  code: string;
  childCount: number;
}

async function children(page: Page, id: string): Promise<Child[]> {
  const { node } = await ask<{ node: { children: { nodes: Child[] } } }>(
    page,
    'query ($id: ID!) { node(id: $id) { ... on Organization { children(first: 10) { nodes { id name shortName code childCount } } } } }',
    { id },
  );
  return node.children.nodes;
}

/** Never by position: the first row of the list is a hidden one for measuring. */
const row = (page: Page, name: string): Locator => page.getByRole('treeitem').filter({ has: page.getByText(name, { exact: true }) });

/** covers: B01 */
test('the tree is opened and a node chosen with the mouse; the URL keeps node and tab', async () => {
  await visitAs('county-administrator', async (page) => {
    const root = await rootOf(page);
    const [first] = await children(page, root.id);
    const [leaf] = await children(page, first?.id ?? '');
    if (!first || !leaf) throw new Error('the demonstration has no such tree');
    await page.goto(`${base}/organizations`);

    await row(page, first.shortName).locator('.ant-tree-switcher').click();
    await row(page, leaf.shortName).getByText(leaf.shortName, { exact: true }).click();
    await page.getByRole('heading', { level: 1, name: leaf.name }).waitFor();
    expect(new URL(page.url()).searchParams.get('node')).toBe(leaf.id);

    await page.getByRole('tab', { name: '历史沿革' }).click();
    await page.waitForURL('**tab=states**');
    await page.reload();
    await page.getByRole('heading', { level: 1, name: leaf.name }).waitFor();
    expect(await page.getByRole('tab', { name: '历史沿革' }).getAttribute('aria-selected')).toBe('true');
    expect(await row(page, leaf.shortName).getAttribute('aria-selected')).toBe('true');

    expect(await page.getByRole('button', { name: '编辑' }).count()).toBe(1);
    await page.getByRole('button', { name: '更多操作' }).click();
    await page.getByRole('menuitem', { name: '撤销党组织' }).waitFor();
    await page.keyboard.press('Escape');

    await page.getByRole('link', { name: '党员', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: '党员', exact: true }).waitFor();
    await row(page, first.shortName).getByText(first.shortName, { exact: true }).click();
    await page.locator('.bn-page-head').getByText(first.name).waitFor();
  });
});

test('the tree is walked with the keyboard', async () => {
  await visitAs('county-administrator', async (page) => {
    const root = await rootOf(page);
    const [first] = await children(page, root.id);
    const [leaf] = await children(page, first?.id ?? '');
    if (!first || !leaf) throw new Error('the demonstration has no such tree');
    await page.goto(`${base}/organizations`);
    await row(page, first.shortName).waitFor();

    await page.getByRole('tree').focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await row(page, leaf.shortName).waitFor();
    expect(await row(page, first.shortName).getAttribute('aria-expanded')).toBe('true');

    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Space');
    await page.getByRole('heading', { level: 1, name: leaf.name }).waitFor();

    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await row(page, leaf.shortName).waitFor({ state: 'detached' });
    expect(await row(page, first.shortName).getAttribute('aria-expanded')).toBe('false');
  });
});

test('rows tell their level, position and the size of their set', async () => {
  await visitAs('county-administrator', async (page) => {
    const root = await rootOf(page);
    const list = await children(page, root.id);
    const second = list[1];
    const { node } = await ask<{ node: { childCount: number } }>(
      page,
      'query ($id: ID!) { node(id: $id) { ... on Organization { childCount } } }',
      { id: root.id },
    );
    await page.goto(`${base}/organizations`);
    const item = row(page, second?.shortName ?? '');
    await item.waitFor();
    expect(await item.getAttribute('aria-level')).toBe('2');
    expect(await item.getAttribute('aria-posinset')).toBe('2');
    expect(await item.getAttribute('aria-setsize')).toBe(String(node.childCount));
  });
});

test('an organization is found by its code', async () => {
  await visitAs('county-administrator', async (page) => {
    const root = await rootOf(page);
    const [first] = await children(page, root.id);
    if (!first) throw new Error('the demonstration has no such tree');
    await page.goto(`${base}/organizations`);
    await page.getByRole('searchbox', { name: '名称、简拼或代码' }).fill(first.code);
    await page.locator('.bn-tree-found').getByText(first.name, { exact: true }).click();
    await page.getByRole('heading', { level: 1, name: first.name }).waitFor();
  });
});

test('the palette finds people by the initials of their pinyin', async () => {
  await visitAs('branch-secretary', async (page) => {
    const { viewer } = await ask<{ viewer: { person: { id: string; name: string } } }>(page, '{ viewer { person { id name } } }');
    expect(viewer.person.name).toBe('胡华文');
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: '搜索组织、人员、功能' }).fill('hhw');
    await page.getByRole('option', { name: /胡华文/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/people/${viewer.person.id}**`);
    await page.getByRole('heading', { level: 1, name: /胡华文/ }).waitFor();
  });
});

test('the palette opens a page with the keyboard alone', async () => {
  await visitAs('county-administrator', async (page) => {
    await page.keyboard.press('Control+k');
    await page.getByRole('option').first().waitFor();
    await page.keyboard.type('日志');
    await page.getByRole('option', { name: /操作日志/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/journal');
  });
});

/** covers: B03 */
test('subordinates are filtered by level; what is known of people is no filter for those who may not read them', async () => {
  await visitAs('county-administrator', async (page) => {
    const root = await rootOf(page);
    const { node } = await ask<{ node: { level: number } }>(
      page,
      'query ($id: ID!) { node(id: $id) { ... on Organization { level } } }',
      { id: root.id },
    );
    const { organizations } = await ask<{ organizations: { totalCount: number } }>(
      page,
      'query ($id: ID!, $levels: [Int!]!) { organizations(under: $id, filter: { levels: $levels }) { totalCount } }',
      { id: root.id, levels: [node.level + 2] },
    );
    await page.goto(`${base}/organizations?node=${root.id}&tab=subordinates`);
    await page.getByRole('combobox', { name: '层级' }).click();
    await page.locator('.ant-select-dropdown:visible .ant-select-item-option', { hasText: '下2级' }).click();
    await page.getByRole('button', { name: '查询' }).click();
    await page.waitForURL('**level=2**');
    await page.getByText(`共 ${organizations.totalCount} 个`).waitFor();
    expect(await page.getByRole('combobox', { name: '书记配备' }).count()).toBe(1);
  });
  await visitAs('system-administrator', async (page) => {
    const root = await rootOf(page);
    await page.goto(`${base}/organizations?node=${root.id}&tab=subordinates&secretary=YES`);
    await page.getByRole('combobox', { name: '层级' }).waitFor();
    await page.locator('.ant-table-row').first().waitFor();
    expect(await page.getByRole('combobox', { name: '书记配备' }).count()).toBe(0);
  });
});

test('the log says from where something was done', async () => {
  await visitAs('county-administrator', async (page) => {
    const root = await rootOf(page);
    const [first] = await children(page, root.id);
    const { node } = await ask<{ node: { version: number; address: string | null } }>(
      page,
      'query ($id: ID!) { node(id: $id) { ... on Organization { version address } } }',
      { id: first?.id },
    );
    await ask(page, 'mutation ($input: OrganizationEditInput!) { organizationEdit(input: $input) { userErrors { code } } }', {
      input: { id: first?.id, version: node.version, address: `${node.address ?? ''}一号` },
    });
    await page.goto(`${base}/journal`);
    await page.getByText(/来源地址 (127\.0\.0\.1|::1)/).first().waitFor();
  });
});
