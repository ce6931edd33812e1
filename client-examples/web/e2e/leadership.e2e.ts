import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';

import { ask, base, office, phone, rootOf, useBrowser, visitAs } from './browser';
import { choose, drawer, fill, pickToday, refusalAt, submit, toast } from './forms';
import { confirmByClick } from './keys';

useBrowser();

/** The branch of the demonstration's secretary and member, and the member's name. */
async function branchOf(page: Page): Promise<{ branch: string; name: string }> {
  const { viewer } = await ask<{ viewer: { person: { name: string; organization: { id: string } } } }>(
    page,
    '{ viewer { person { name organization { id } } } }',
  );
  return { branch: viewer.person.organization.id, name: viewer.person.name };
}

async function open(page: Page, branch: string): Promise<void> {
  await page.goto(`${base}/organizations?node=${branch}&tab=leadership`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.getByRole('button', { name: '新增领导成员' }).waitFor();
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Barriers of the open page. */
async function violations(page: Page): Promise<string[]> {
  await page.locator('.ant-spin-spinning, .ant-skeleton, [aria-busy="true"]').first().waitFor({ state: 'detached' });
  await page.evaluate(axe);
  const results = await page.evaluate(
    () =>
      (window as unknown as { axe: { run: (context: Document, options: object) => Promise<AxeResults> } }).axe.run(document, {
        runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] },
      }),
  );
  expect(results.passes.length, 'axe has looked').toBeGreaterThan(10);
  return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${String(target)} ${failureSummary}`).join(' | ')}`);
}

const menu = (page: Page, label: string) => page.getByRole('link', { name: label, exact: true });

test('a member who is named for a post sees the administration until the post ends; a second secretary is refused', async () => {
  let member = { branch: '', name: '' };
  await visitAs('member', async (page) => {
    member = await branchOf(page);
    expect(await menu(page, '党员').count()).toBe(0);
  });
  await visitAs('township-administrator', async (page) => {
    await open(page, member.branch);
    await page.getByRole('button', { name: '新增领导成员' }).click();
    await choose(drawer(page), '姓名', member.name, member.name);
    await choose(drawer(page), '职务', '书记', '书记');
    await submit(page);
    await refusalAt(drawer(page), '职务').waitFor();
    expect(await refusalAt(drawer(page), '职务').textContent()).toContain('本届已有书记');
    await choose(drawer(page), '职务', '青年委员', '青年');
    await fill(drawer(page), '分工', '联系青年党员');
    await submit(page);
    await confirmByClick(page);
    await toast(page, '已保存').waitFor();
    await page.getByText('联系青年党员').first().waitFor();
  });
  await visitAs('member', async (page) => {
    await menu(page, '党员').waitFor();
    await page.goto(`${base}/people`);
    await page.getByRole('heading', { level: 1 }).waitFor();
  });
  await visitAs('township-administrator', async (page) => {
    await open(page, member.branch);
    const row = page.getByRole('row').filter({ hasText: '联系青年党员' });
    await row.getByRole('button', { name: '免职' }).click();
    await pickToday(drawer(page), '离任日期');
    await choose(drawer(page), '免职原因', '辞职');
    await submit(page);
    await confirmByClick(page);
    await toast(page, '已免职').waitFor();
  });
  await visitAs('member', async (page) => {
    await page.getByRole('button', { name: /的菜单$/ }).waitFor();
    expect(await menu(page, '党员').count()).toBe(0);
  });
});

test('the leadership can be looked at on a screen and a phone, without barriers, also a person’s posts', async () => {
  await visitAs('branch-secretary', async (page) => {
    const { branch } = await branchOf(page);
    const { viewer } = await ask<{ viewer: { person: { id: string } } }>(page, '{ viewer { person { id } } }');
    for (const [name, size] of [['office', office], ['phone', phone]] as const) {
      await page.setViewportSize(size);
      await open(page, branch);
      await page.getByText('书记').first().waitFor();
      await page.screenshot({ path: `test-results/leadership-${name}.png` });
      expect(await violations(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
      await page.goto(`${base}/people/${viewer.person.id}?tab=posts`);
      await page.getByText('书记').first().waitFor();
      await page.screenshot({ path: `test-results/posts-${name}.png` });
      expect(await violations(page)).toEqual([]);
    }
  });
});

/** covers: B02 */
test('the overview leads to the organizations without a secretary', async () => {
  await visitAs('township-administrator', async (page) => {
    const root = await rootOf(page);
    await page.goto(`${base}/organizations?node=${root.id}&tab=overview`);
    await page.getByRole('link', { name: '无书记' }).click();
    await page.getByRole('row').nth(1).waitFor();
    const { organizations } = await ask<{ organizations: { totalCount: number } }>(
      page,
      'query ($id: ID!) { organizations(under: $id, filter: { hasSecretary: false }) { totalCount } }',
      { id: root.id },
    );
    await page.getByText(`共 ${organizations.totalCount} 个`).waitFor();
  });
});
