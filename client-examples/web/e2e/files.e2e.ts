import { readFileSync } from 'node:fs';

import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';

import { ask, base, rootOf, useBrowser, visitAs } from './browser';
import { choose, drawer, fill, refusalAt, submit, toast } from './forms';

useBrowser();

const pdf = Buffer.from(`%PDF-1.7\n% ${Date.now()}\n%%EOF\n`);

async function pick(page: Page, name: string, content: Buffer): Promise<void> {
  await drawer(page).locator('input[type=file]').setInputFiles({ name, mimeType: 'application/pdf', buffer: content });
}

async function opened(page: Page): Promise<string> {
  const root = await rootOf(page);
  await page.goto(`${base}/organizations?node=${root.id}&tab=attachments`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  return root.id;
}

test('a real file is uploaded, refused when it is not what its name says, fetched and removed', async () => {
  await visitAs('township-administrator', async (page) => {
    await opened(page);
    await page.getByRole('button', { name: '上传附件' }).click();
    await pick(page, '成立批复.docx', pdf);
    await choose(drawer(page), '附件种类', '成立批文');
    await submit(page);
    await refusalAt(drawer(page), '文件').waitFor();
    expect(await refusalAt(drawer(page), '文件').getAttribute('data-code')).toBe('ATTACHMENT_MISLABELLED');
    await pick(page, '成立批复.pdf', pdf);
    await submit(page);
    await toast(page, '附件已上传').waitFor();
    const file = page.getByRole('button', { name: '下载 成立批复.pdf' });
    await file.waitFor();
    const [download] = await Promise.all([page.waitForEvent('download'), file.click()]);
    expect(download.suggestedFilename()).toBe('成立批复.pdf');
    expect(readFileSync(await download.path())).toEqual(pdf);
    await page.getByRole('button', { name: '删除', exact: true }).click();
    await page.locator('.ant-popover:visible').getByRole('button', { name: '确定', exact: true }).click();
    await toast(page, '附件已删除').waitFor();
    await page.getByText('没有附件').first().waitFor();
  });
});

async function unitsOf(page: Page, id: string): Promise<number> {
  const { node } = await ask<{ node: { overview: { units: number } } }>(
    page,
    'query ($id: ID!) { node(id: $id) { ... on Organization { overview { units } } } }',
    { id },
  );
  return node.overview.units;
}

test('a unit is entered with a checked credit code and counted in the overview', async () => {
  await visitAs('township-administrator', async (page) => {
    const id = await opened(page);
    const before = await unitsOf(page, id);
    await page.getByRole('tab', { name: '单位' }).click();
    await page.getByRole('button', { name: '新增单位' }).click();
    await fill(drawer(page), '单位名称', '青石镇中心小学');
    await fill(drawer(page), '统一社会信用代码', '12500155MBNCGL50X5');
    await choose(drawer(page), '单位性质', '小学校', '小学校');
    await submit(page);
    await refusalAt(drawer(page), '统一社会信用代码').waitFor();
    await fill(drawer(page), '统一社会信用代码', '12500155MBNCGL50X4');
    await submit(page);
    await toast(page, '单位已新增').waitFor();
    await page.getByText('青石镇中心小学').first().waitFor();
    expect(await unitsOf(page, id)).toBe(before + 1);
  });
});
