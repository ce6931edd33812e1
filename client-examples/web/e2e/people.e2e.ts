import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';

import { ask, base, rootOf, useBrowser, visitAs } from './browser';
import { choose, drawer, fill, refusalAt, submit, toast } from './forms';
import { confirmByClick } from './keys';
import { identityNumber } from './people';

useBrowser();

const total = (page: Page) => page.locator('.bn-list-bar [role="status"]');
const rows = (page: Page) => page.getByRole('table').locator('tbody tr.ant-table-row');

/** What the server says to a person who is added without the console. */
async function refusals(page: Page, input: object): Promise<string[]> {
  const { personAdd } = await ask<{ personAdd: { userErrors: { code: string }[] } }>(
    page,
    'mutation ($input: PersonAddInput!) { personAdd(input: $input) { userErrors { code } } }',
    { input: { stage: 'APPLICANT', sex: '1', ethnicGroup: '01', education: '21', ...input } },
  );
  return personAdd.userErrors.map(({ code }) => code);
}

/** covers: D02 */
test('people are filtered and paged; the filters are in the URL', async () => {
  await visitAs('township-administrator', async (page) => {
    const root = await rootOf(page);
    const count = async (filter: object) =>
      (
        await ask<{ people: { totalCount: number } }>(
          page,
          'query ($under: ID!, $filter: PersonFilter) { people(under: $under, filter: $filter) { totalCount } }',
          { under: root.id, filter },
        )
      ).people.totalCount;
    await page.goto(`${base}/people`);
    const search = page.getByRole('search');
    const query = async (filter: object) => {
      await search.getByRole('button', { name: '查询' }).click();
      await total(page).getByText(`共 ${await count(filter)} 人`, { exact: true }).waitFor();
    };
    await total(page).getByText(`共 ${await count({})} 人`, { exact: true }).waitFor();
    expect(await rows(page).count()).toBe(20);
    const first = await rows(page).first().textContent();

    await page.getByRole('button', { name: '下一页' }).click();
    await page.waitForURL('**after=**');
    await expect.poll(() => rows(page).first().textContent()).not.toBe(first);
    await page.getByRole('button', { name: '上一页' }).click();
    await expect.poll(() => rows(page).first().textContent()).toBe(first);
    await page.getByRole('combobox', { name: '每页条数' }).click();
    await page.locator('.ant-select-dropdown:visible').getByText('每页 50 条').click();
    await expect.poll(() => rows(page).count()).toBe(50);

    await search.getByRole('combobox', { name: '性别' }).fill('女');
    await page.locator('.ant-select-dropdown:visible .ant-select-item-option').getByText('女', { exact: true }).click();
    await query({ sex: '2' });
    await search.getByRole('spinbutton', { name: '年龄起' }).fill('30');
    await search.getByRole('spinbutton', { name: '年龄止' }).fill('60');
    await query({ sex: '2', ageFrom: 30, ageTo: 60 });
    await search.getByRole('combobox', { name: '人员类别' }).click();
    await page.locator('.ant-select-dropdown:visible').getByText('正式党员').click();
    await page.keyboard.press('Escape');
    await query({ sex: '2', ageFrom: 30, ageTo: 60, stages: ['FULL'] });
    expect(new URL(page.url()).searchParams.get('stages')).toBe('FULL');
    await page.reload();
    await total(page).getByText(`共 ${await count({ sex: '2', ageFrom: 30, ageTo: 60, stages: ['FULL'] })} 人`, { exact: true }).waitFor();

    await search.getByRole('combobox', { name: '学历' }).fill('大学本科毕业');
    await page.locator('.ant-select-dropdown:visible .ant-select-item-option').getByText('大学本科毕业', { exact: true }).click();
    await query({ sex: '2', ageFrom: 30, ageTo: 60, stages: ['FULL'], education: '21' });

    await search.getByRole('button', { name: '重置' }).click();
    await search.getByRole('textbox', { name: '姓名或简拼' }).fill('hhw');
    await search.getByRole('button', { name: '查询' }).click();
    await page.getByRole('link', { name: '胡华文' }).waitFor();
    await search.getByRole('button', { name: '重置' }).click();
    await search.getByRole('textbox', { name: '身份证号（完整）' }).fill('11010519491231002X');
    await query({ identityNumber: '11010519491231002X' });
  });
});

/** covers: D03 */
test('a person is added to a concrete branch only', async () => {
  await visitAs('township-administrator', async (page) => {
    const root = await rootOf(page);
    await page.goto(`${base}/people`);
    await page.getByRole('note').filter({ hasText: '请选择到具体的支部' }).waitFor();
    expect(await page.getByRole('button', { name: '新增党员' }).isDisabled()).toBe(true);
    const person = { organizationId: root.id, name: '不在支部', identityNumber: identityNumber('19900101', 331), birthDate: '1990-01-01' };
    expect(await refusals(page, person)).toContain('PERSON_NOT_IN_BRANCH');
    await page.getByRole('treeitem', { level: 2 }).first().click();
    await expect.poll(() => page.getByRole('button', { name: '新增党员' }).isEnabled()).toBe(true);
  });
});

/** covers: D04, D06, D29, D31 */
test('a person is added after refusals, edited, and both are in history and log', async () => {
  await visitAs('branch-secretary', async (page) => {
    const root = await rootOf(page);
    await page.goto(`${base}/people?under=${root.id}`);
    await page.getByRole('button', { name: '新增党员' }).click();
    const form = drawer(page);
    const required = await form.locator('.ant-form-item-required').allTextContents();
    expect(required).toEqual(['人员类别', '姓名', '身份证号', '出生日期', '性别', '民族', '学历']);
    await choose(form, '人员类别', '入党申请人');
    await fill(form, '姓名', '测试人员');
    const right = identityNumber('19960314', 733);

    // A complete number fills in birth date and sex; the calendar is the only way to another date.
    await fill(form, '身份证号', right);
    expect(await form.locator('#birthDate').inputValue()).toBe('1996-03-14');
    expect(await form.locator('#birthDate').getAttribute('readonly')).not.toBeNull();
    await choose(form, '性别', '女', 'female');
    await form.getByText('性别与身份证号不一致').waitFor();
    await choose(form, '性别', '男', '1');
    await form.locator('#birthDate').click();
    await page.locator('.ant-picker-dropdown:visible td[title="1996-03-15"]').click();
    await form.getByText('出生日期与身份证号不一致').waitFor();
    await fill(form, '身份证号', '');
    await fill(form, '身份证号', right);

    // Codes come from the list, which both languages find.
    await choose(form, '民族', '汉族', 'han');
    await choose(form, '学历', '大学本科毕业', '本科毕业');
    await form.locator('.ant-form-item').filter({ hasText: '工作岗位' }).locator('input').fill('没有这个岗位');
    expect(await page.locator('.ant-select-dropdown:visible .ant-select-item-option').count()).toBe(0);
    await page.keyboard.press('Escape');

    // The server refuses the same when it is asked without the form.
    const applicant = { organizationId: root.id, name: '没有表单', identityNumber: right, birthDate: '1996-03-14' };
    expect(await refusals(page, { ...applicant, ethnicGroup: 'XX' })).toEqual(['UNKNOWN_CODE']);
    expect(await refusals(page, { ...applicant, birthDate: '1996-03-15' })).toEqual(['BIRTH_DATE_DIFFERS']);

    const wrong = right.slice(0, 17) + (right[17] === '1' ? '2' : '1');
    await fill(form, '身份证号', wrong);
    await submit(page);
    await refusalAt(form, '身份证号').waitFor();
    expect(await refusalAt(form, '身份证号').getAttribute('data-code')).toBe('IDENTITY_NUMBER_CHECK_DIGIT');

    await fill(form, '身份证号', right);
    await submit(page);
    await toast(page, '已新增测试人员').waitFor();
    await page.getByRole('heading', { level: 1, name: /测试人员/ }).waitFor();
    expect(await page.locator('.bn-facts').first().textContent()).not.toContain(right);

    await page.getByRole('button', { name: '编辑' }).click();
    await choose(drawer(page), '学历', '硕士研究生毕业', '硕士研究生毕业');
    await fill(drawer(page), '手机', '13800138000');
    await submit(page);
    await toast(page, '修改已保存').waitFor();
    await page.locator('.bn-facts').first().getByText('硕士研究生毕业').waitFor();
    await page.getByRole('tab', { name: '变更记录' }).click();
    const edited = page.locator('.bn-entries li').filter({ has: page.getByText('编辑人员') });
    await edited.getByText('大学本科毕业').waitFor();
    await edited.getByText('硕士研究生毕业').waitFor();

    // Somebody with this number is there now.
    await page.goto(`${base}/people?under=${root.id}`);
    await page.getByRole('button', { name: '新增党员' }).click();
    await choose(drawer(page), '人员类别', '入党申请人');
    await fill(drawer(page), '姓名', '同号人员');
    await fill(drawer(page), '身份证号', right);
    await choose(drawer(page), '民族', '汉族', '汉族');
    await choose(drawer(page), '学历', '大学本科毕业', '本科毕业');
    await submit(page);
    await refusalAt(drawer(page), '身份证号').getByText(root.name).waitFor();
  });
});

/** covers: R07 */
test('the log says who did what and when, before and after, and is filtered', async () => {
  await visitAs('township-administrator', async (page) => {
    await page.goto(`${base}/journal`);
    await page.getByRole('cell', { name: '编辑人员' }).first().waitFor();
    const search = page.getByRole('search');

    await search.getByRole('textbox', { name: '操作人' }).fill('胡华文');
    await search.getByRole('combobox', { name: '操作类型' }).fill('编辑人员');
    await page.locator('.ant-select-dropdown:visible').getByText('编辑人员').click();
    for (const name of ['起始日期', '截止日期']) {
      await search.getByRole('textbox', { name }).click();
      await page.locator('.ant-picker-dropdown:visible .ant-picker-cell-today').click();
    }
    await search.getByRole('button', { name: '查询' }).click();
    await page.waitForURL('**event=PERSON_EDITED**');
    const row = rows(page).filter({ hasText: '测试人员' });
    await expect.poll(() => rows(page).count()).toBe(1);
    const text = await row.textContent();
    for (const part of ['胡华文', '编辑人员', '大学本科毕业', '硕士研究生毕业']) expect(text).toContain(part);
    expect(text).not.toContain('13800138000');

    await row.getByRole('link', { name: '测试人员' }).click();
    await page.getByRole('heading', { level: 1, name: /测试人员/ }).waitFor();

    await page.goto(`${base}/journal?account=${encodeURIComponent('没有此人')}`);
    await page.getByText('没有符合条件的记录').first().waitFor();
    expect(await page.getByRole('button', { name: /删除|编辑/ }).count()).toBe(0);
  });
});

/** covers: D12 */
test('a member is browsed with photo, masked identity number and history', async () => {
  await visitAs('branch-secretary', async (page) => {
    const { viewer } = await ask<{ viewer: { person: { id: string } } }>(page, '{ viewer { person { id } } }');
    await page.goto(`${base}/people/${viewer.person.id}`);
    const facts = page.locator('.bn-facts').first();
    for (const label of ['姓名', '性别', '民族', '出生日期', '身份证号', '籍贯', '学历', '手机', '入党日期', '转正日期', '所在党支部']) {
      await facts.getByText(label, { exact: true }).waitFor();
    }
    expect(await facts.textContent()).toMatch(/\d{3,6}\*{6,}/);

    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    );
    const input = page.locator('input[type="file"]');
    await input.setInputFiles({ name: 'photo.gif', mimeType: 'image/gif', buffer: png });
    await toast(page, '照片须为 JPEG 或 PNG 格式').waitFor();
    await input.setInputFiles({ name: 'photo.png', mimeType: 'image/png', buffer: png });
    await page.getByRole('img', { name: '胡华文的照片' }).waitFor();
    await page.getByRole('button', { name: '移除' }).click();
    await page.locator('.ant-popover:visible').getByRole('button', { name: '确定' }).click();
    await page.getByRole('img', { name: '没有照片' }).waitFor();
  });
});

test('a change made elsewhere appears by itself', async () => {
  await visitAs('branch-secretary', async (page, context) => {
    const { viewer } = await ask<{ viewer: { person: { id: string; version: number } } }>(page, '{ viewer { person { id version } } }');
    await page.goto(`${base}/people/${viewer.person.id}`);
    await page.locator('.bn-facts').first().waitFor();
    const elsewhere = await context.newPage();
    await elsewhere.goto(`${base}/enter`);
    await ask(elsewhere, 'mutation ($input: PersonEditInput!) { personEdit(input: $input) { userErrors { code } } }', {
      input: { id: viewer.person.id, version: viewer.person.version, education: '14' },
    });
    await page.locator('.bn-facts').first().getByText('硕士研究生毕业').waitFor();
  });
});

test('a grant is given and ended', async () => {
  await visitAs('township-administrator', async (page) => {
    await page.goto(`${base}/grants`);
    await page.getByRole('button', { name: '新增授权' }).click();
    await choose(drawer(page), '账号', '吴玉旗', '吴玉旗');
    await choose(drawer(page), '角色', '审计员');
    await fill(drawer(page), '原因', '年度检查');
    await submit(page);
    await confirmByClick(page);
    await toast(page, '已授权').waitFor();
    const row = rows(page).filter({ hasText: '吴玉旗' }).filter({ hasText: '审计员' });
    await row.getByText('有效').waitFor();

    await row.getByRole('button', { name: '结束授权' }).click();
    await fill(drawer(page), '原因', '检查结束');
    await submit(page, '结束授权');
    await confirmByClick(page);
    await toast(page, '授权已结束').waitFor();
    await row.waitFor({ state: 'detached' });
    await page.getByText('全部', { exact: true }).click();
    await row.getByText('已结束').waitFor();
  });
});

test('a page prints without what is only for the screen', async () => {
  await visitAs('branch-secretary', async (page) => {
    const root = await rootOf(page);
    await page.goto(`${base}/people?under=${root.id}`);
    await rows(page).first().waitFor();
    await page.emulateMedia({ media: 'print' });
    for (const hidden of ['.bn-header', '.bn-nav', '.bn-split-tree', '.bn-filters', '.bn-pager', '.bn-page-aside']) {
      expect(await page.locator(hidden).first().isVisible(), hidden).toBe(false);
    }
    expect(await rows(page).first().isVisible()).toBe(true);
    expect((await page.pdf({ format: 'A4' })).length).toBeGreaterThan(1000);
  });
});
