import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';

import { ask, base, rootOf, useBrowser, visitAs } from './browser';
import { choose, drawer, fill, refusalAt, submit } from './forms';
import { identityNumber } from './people';

useBrowser();

const rows = (page: Page) => page.getByRole('table').locator('tbody tr.ant-table-row');

async function make(page: Page, parentId: string, name: string): Promise<string> {
  const { organizationCreate } = await ask<{ organizationCreate: { organization: { id: string } } }>(
    page,
    'mutation ($input: OrganizationCreateInput!) { organizationCreate(input: $input) { organization { id } userErrors { code } } }',
    { input: { parentId, kind: '631', name, code: `W${Date.now().toString(36).toUpperCase()}` } },
  );
  return organizationCreate.organization.id;
}

test('every wrong field of a form is marked at once', async () => {
  await visitAs('township-administrator', async (page) => {
    const root = await rootOf(page);
    const name = `同名支部${Date.now()}`;
    await make(page, root.id, name);
    await page.goto(`${base}/organizations?node=${root.id}`);
    await page.getByRole('button', { name: '新增下级' }).click();
    await fill(drawer(page), '名称', name);
    await fill(drawer(page), '组织代码', 'abc');
    await fill(drawer(page), '简称', '简\u202e称');
    await fill(drawer(page), '联系人', '人\u200b名');
    await choose(drawer(page), '类别', '党支部');
    await submit(page);
    for (const [label, code] of [
      ['名称', 'ORGANIZATION_SAME_NAME'],
      ['组织代码', 'ORGANIZATION_CODE_FORM'],
      ['简称', 'INVALID_CHARACTERS'],
      ['联系人', 'INVALID_CHARACTERS'],
    ] as const) {
      await refusalAt(drawer(page), label).waitFor();
      expect(await refusalAt(drawer(page), label).getAttribute('data-code')).toBe(code);
    }
    await page.screenshot({ path: 'test-results/screens/all-mistakes.png' });
  });
});

test('a new branch warns until it is filled, on its page and in the list of what stands above it', async () => {
  await visitAs('township-administrator', async (page) => {
    const root = await rootOf(page);
    const name = `提醒测试支部${Date.now()}`;
    const branch = await make(page, root.id, name);
    await page.goto(`${base}/organizations?node=${branch}`);
    await page.locator('.ant-alert-warning').getByText('正式党员0人，不足3人').waitFor();
    await page.goto(`${base}/organizations?node=${root.id}&tab=warnings&size=100`);
    await rows(page).filter({ hasText: name }).getByText('正式党员0人，不足3人').waitFor();
    const before = await rows(page).count();
    await page.getByRole('combobox', { name: '全部提醒' }).click();
    await page.locator('.ant-select-dropdown:visible .ant-select-item-option', { hasText: '关联单位过多' }).click();
    await expect.poll(() => rows(page).count()).toBeLessThan(before);
    await page.getByRole('tab', { name: '提醒' }).waitFor();
    await page.goto(`${base}/organizations?node=${root.id}&tab=warnings&warning=TOO_FEW_FULL_MEMBERS`);
    await rows(page).filter({ hasText: name }).getByRole('button', { name }).click();
    await page.getByRole('heading', { level: 1, name }).waitFor();
  });
});

test('units are found by their nature and by whether they are legal persons', async () => {
  await visitAs('township-administrator', async (page) => {
    const root = await rootOf(page);
    const branch = await make(page, root.id, `单位测试支部${Date.now()}`);
    for (const [name, kind] of [
      ['筛选甲厂', '231'],
      ['筛选乙校', '333'],
    ]) {
      await ask(page, 'mutation ($input: UnitCreateInput!) { unitCreate(input: $input) { userErrors { code } } }', {
        input: { organizationId: branch, name, kind, legalPerson: false, link: false },
      });
    }
    await page.goto(`${base}/organizations?node=${branch}&tab=units`);
    await expect.poll(() => rows(page).count()).toBe(2);
    await page.goto(`${base}/organizations?node=${branch}&tab=units&unitKind=333`);
    await rows(page).getByText('筛选乙校').waitFor();
    expect(await rows(page).count()).toBe(1);
    const search = page.getByRole('search');
    await search.getByRole('button', { name: '重置' }).click();
    await expect.poll(() => rows(page).count()).toBe(2);
    await search.getByRole('combobox', { name: '是否法人' }).click();
    await page.locator('.ant-select-dropdown:visible .ant-select-item-option').getByText('法人单位', { exact: true }).click();
    await search.getByRole('button', { name: '查询' }).click();
    await expect.poll(() => rows(page).count()).toBe(0);
  });
});

test('a number of 15 digits stays marked, in the list and on the page of the person', async () => {
  await visitAs('branch-secretary', async (page) => {
    const root = await rootOf(page);
    const full = identityNumber('19710607', 873);
    const { personAdd } = await ask<{ personAdd: { person: { id: string } | null; userErrors: unknown[] } }>(
      page,
      'mutation ($input: PersonAddInput!) { personAdd(input: $input) { person { id } userErrors { code path } } }',
      {
        input: {
          organizationId: root.id,
          stage: 'APPLICANT',
          name: '旧号人',
          sex: '1',
          ethnicGroup: '01',
          education: '21',
          birthDate: '1971-06-07',
          identityNumber: full.slice(0, 6) + full.slice(8, 17),
        },
      },
    );
    expect(personAdd.userErrors).toEqual([]);
    await page.goto(`${base}/people?under=${root.id}`);
    const search = page.getByRole('search');
    await search.getByRole('checkbox', { name: '15位旧号转换' }).check();
    await search.getByRole('button', { name: '查询' }).click();
    await expect.poll(() => rows(page).count()).toBe(1);
    await rows(page).getByText('15位', { exact: true }).waitFor();
    await page.screenshot({ path: 'test-results/screens/people-15-digits.png' });
    await page.getByRole('link', { name: '旧号人' }).click();
    await page.locator('.bn-facts').getByText('身份证号由15位旧号转换而来，请核对').waitFor();
  });
});
