// A superior with five thousand subordinates: only what is on the screen is in the document and on the wire.
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';

import { ask, base, rootOf, useBrowser, visitAs } from './browser';
import { runSql } from './database';

useBrowser();

const code = 'CROWDED';
const many = 5000;
/** Rows that the list keeps beyond the edges included. */
const mostRows = 80;

/** As no form could in a test's time: a township below an organization, its branches, each with its figures. */
function crowd(root: string): void {
  const uuid = Buffer.from(root.split('_')[1] ?? '', 'base64url').toString('hex');
  const columns =
    'tenant_id, id, parent_id, label, path, kind, name, short_name, code, name_pinyin, name_initials, name_grams, sort_order, created_at, updated_at';
  runSql(`
    INSERT INTO organizations (${columns})
    SELECT o.tenant_id, md5('${code}')::uuid, o.id, 'zzy', o.path || 'zzy', '611', '万户镇委员会', '万户镇', '${code}', 'wanhuzhen', 'whz', '{万户}', 9999, now(), now()
    FROM organizations o WHERE o.id = '${uuid}';
    INSERT INTO organizations (${columns})
    SELECT o.tenant_id, md5('${code}' || n)::uuid, o.id, l.label, o.path || l.label, '631', '万户镇第' || n || '支部', '第' || n || '支部', '${code}' || n, 'di', 'd', '{支部}', n, now(), now()
    FROM organizations o, generate_series(1, ${many}) AS n,
         LATERAL (SELECT substr(d, n / 1296 + 1, 1) || substr(d, n / 36 % 36 + 1, 1) || substr(d, n % 36 + 1, 1) AS label
                  FROM (VALUES ('0123456789abcdefghijklmnopqrstuvwxyz')) AS v(d)) AS l
    WHERE o.code = '${code}';
    INSERT INTO organization_counts (tenant_id, organization_id, path) SELECT tenant_id, id, path FROM organizations WHERE code LIKE '${code}%';
    SELECT order_below(id, NULL) FROM tenants;
  `);
}

/** How long the main thread was busy at most without a pause, since the page was opened. */
const longest = (page: Page) => page.evaluate(() => Math.max(0, ...((window as never as { tasks?: number[] }).tasks ?? [])));

const rowsOf = (page: Page) => page.locator('.bn-tree-box [role=treeitem]').count();

test('five thousand subordinates are scrolled through without a click, a thick document or a long task', async () => {
  // In a tenant of its own, where no other test counts anything.
  await visitAs('other-tenant-administrator', async (page) => {
    crowd((await rootOf(page)).id);
    const { organizations } = await ask<{ organizations: { nodes: { id: string }[] } }>(
      page,
      `{ organizations(filter: { code: "${code}" }, first: 1) { nodes { id } } }`,
    );
    const id = organizations.nodes[0]?.id ?? '';
    await page.addInitScript(() => {
      const tasks: number[] = [];
      (window as never as { tasks: number[] }).tasks = tasks;
      new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' });
    });
    let pages = 0;
    page.on('request', (request) => {
      if (request.postData()?.includes('"first":100')) pages += 1;
    });
    await page.goto(`${base}/organizations?node=${id}`);
    const township = page.getByRole('treeitem').filter({ has: page.getByText('万户镇', { exact: true }) });
    await township.locator('.ant-tree-switcher').click();
    await page.getByText('第1支部', { exact: true }).waitFor();
    expect(await rowsOf(page)).toBeLessThan(mostRows);

    // What building the page took is not the list's.
    await page.evaluate(() => {
      (window as never as { tasks: number[] }).tasks.length = 0;
    });
    const box = page.locator('.ant-tree-list-holder').first();
    const last = page.getByText(`第${many}支部`, { exact: true });
    const began = Date.now();
    while ((await last.count()) === 0) {
      if (Date.now() - began > 120_000) throw new Error('the end of the list does not come');
      await box.evaluate((element) => element.scrollTo({ top: element.scrollHeight }));
      await page.waitForTimeout(20);
    }
    expect(pages).toBeGreaterThanOrEqual(many / 100);
    expect(await rowsOf(page)).toBeLessThan(mostRows);
    expect(await last.locator('xpath=ancestor::*[@role="treeitem"]').getAttribute('aria-setsize')).toBe(String(many));
    // Scrolling is fluid: nothing holds the main thread for long, with every row loaded.
    await page.evaluate(() => {
      (window as never as { tasks: number[] }).tasks.length = 0;
    });
    for (let step = 0; step < 30; step += 1) {
      await box.evaluate((element, at) => element.scrollTo({ top: (element.scrollHeight * at) / 30 }), step);
      await page.waitForTimeout(30);
    }
    expect(await longest(page)).toBeLessThan(500);

    // A change of one branch, heard live, brings what is on the screen and nothing else.
    await box.evaluate((element) => element.scrollTo({ top: element.scrollHeight }));
    await last.waitFor();
    pages = 0;
    const branch = await ask<{ organizations: { nodes: { id: string; version: number }[] } }>(
      page,
      `{ organizations(filter: { code: "${code}${many}" }, first: 1) { nodes { id version } } }`,
    );
    const [changed] = branch.organizations.nodes;
    await ask(page, 'mutation ($input: OrganizationEditInput!) { organizationEdit(input: $input) { userErrors { code } } }', {
      input: { id: changed?.id, version: changed?.version, shortName: '最末支部' },
    });
    await page.getByText('最末支部', { exact: true }).waitFor();
    // The screen shows rows of two pages at most; the lists above it are one page each.
    expect(pages).toBeLessThanOrEqual(6);
    await page.screenshot({ path: 'test-results/crowded.png' });
  });
}, 240_000);
