import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';

import { type As, base, enterAs, office, phone, rootOf, useBrowser, visit, visitAs } from './browser';
import { drawer, fill } from './forms';
import { usable } from './usable';

useBrowser();

interface Screen {
  name: string;
  as: As;
  path: string | ((rootId: string) => string);
  /** What shows that the page is there. */
  ready: string;
  /** From there to the screen. */
  reach?: (page: Page) => Promise<void>;
}

const openMore = async (page: Page, action: string) => {
  await page.getByRole('button', { name: '更多操作' }).click();
  await page.getByRole('menuitem', { name: action }).click();
};

const screens: Screen[] = [
  { name: 'home', as: 'municipal-administrator', path: '/', ready: '.bn-chart svg' },
  { name: 'organization', as: 'county-administrator', path: '/organizations', ready: '.bn-facts' },
  { name: 'overview', as: 'county-administrator', path: '/organizations?tab=overview', ready: '.bn-counts' },
  { name: 'subordinates', as: 'county-administrator', path: '/organizations?tab=subordinates', ready: '.bn-list button.bn-inline' },
  { name: 'warnings', as: 'county-administrator', path: '/organizations?tab=warnings', ready: '.bn-warnings' },
  { name: 'units', as: 'county-administrator', path: '/organizations?tab=units', ready: '.bn-pager' },
  { name: 'past-states', as: 'county-administrator', path: '/organizations?tab=states', ready: '.ant-table-row' },
  { name: 'organization-sheet', as: 'county-administrator', path: (rootId) => `/organizations/${rootId}/sheet`, ready: '.ant-table-row' },
  { name: 'organization-history', as: 'county-administrator', path: '/organizations?tab=history', ready: '.bn-pager' },
  { name: 'party-groups', as: 'branch-secretary', path: '/organizations?tab=groups', ready: '.bn-pager' },
  { name: 'people', as: 'township-administrator', path: '/people', ready: '.bn-list a' },
  { name: 'branch-people', as: 'branch-secretary', path: '/people', ready: '.bn-list a' },
  { name: 'grants', as: 'municipal-administrator', path: '/grants', ready: '.bn-list .bn-tag' },
  { name: 'journal', as: 'municipal-administrator', path: '/journal', ready: '.bn-pager' },
  { name: 'not-found', as: 'county-administrator', path: '/people/nobody', ready: '.bn-failure' },
  { name: 'my-record', as: 'member', path: '/me', ready: '.bn-facts' },
  { name: 'my-branch', as: 'member', path: '/branch', ready: '.bn-facts' },
  { name: 'accounts', as: 'township-administrator', path: '/accounts', ready: '.bn-list .bn-tag' },
  { name: 'accounts-invitations', as: 'township-administrator', path: '/accounts?tab=invitations', ready: '.bn-pager' },
  { name: 'accounts-roster', as: 'branch-secretary', path: '/accounts?tab=roster', ready: '.bn-list .bn-tag' },
  { name: 'accounts-codes', as: 'branch-secretary', path: '/accounts?tab=codes', ready: '.bn-panel h2' },
  { name: 'sign-ins', as: 'auditor', path: '/sign-ins', ready: '.bn-list .bn-tag' },
  { name: 'policy', as: 'municipal-administrator', path: '/policy', ready: '.bn-panel form, form .bn-panel' },
  { name: 'own-account', as: 'branch-secretary', path: '/account', ready: '.bn-facts' },
  { name: 'own-keys', as: 'branch-secretary', path: '/account?tab=keys', ready: '.bn-panel h2' },
  { name: 'own-sessions', as: 'branch-secretary', path: '/account?tab=sessions', ready: '.bn-records' },
  { name: 'own-events', as: 'branch-secretary', path: '/account?tab=events', ready: '.bn-list .bn-tag' },
  { name: 'own-access', as: 'member', path: '/account?tab=access', ready: '.bn-pager' },
  { name: 'own-lookups', as: 'member', path: '/account?tab=lookups', ready: '.bn-pager' },
  {
    name: 'account',
    as: 'township-administrator',
    path: '/accounts',
    ready: '.bn-list .bn-tag',
    reach: async (page) => {
      await page.locator('.bn-list button.bn-inline').first().click();
      await page.locator('.ant-drawer .bn-panel').first().waitFor();
    },
  },
  {
    name: 'account-create',
    as: 'township-administrator',
    path: '/accounts',
    ready: '.bn-list .bn-tag',
    reach: async (page) => {
      await page.getByRole('button', { name: '开通账号' }).first().click();
      await drawer(page).getByRole('button', { name: '开通账号' }).waitFor();
    },
  },
  ...(['邀请登记密钥', '编辑账号', '停用'] as const).map((action, index) => ({
    name: `account-action-${index + 1}`,
    as: 'township-administrator' as const,
    path: '/accounts?kind=PERSON',
    ready: '.bn-list .bn-tag',
    reach: async (page: Page) => {
      await page.locator('.bn-list button.bn-inline').first().click();
      await page.locator('.ant-drawer .bn-panel').first().waitFor();
      const actions = page.locator('.ant-drawer .bn-actions').first();
      if (index === 0) await actions.getByRole('button', { name: action }).click();
      else {
        await actions.getByRole('button').last().click();
        await page.getByRole('menuitem', { name: action, exact: true }).click();
      }
      await drawer(page).locator('.bn-drawer-foot').last().waitFor();
    },
  })),
  {
    name: 'grant-give',
    as: 'township-administrator',
    path: '/grants',
    ready: '.bn-list .bn-tag',
    reach: async (page) => {
      await page.getByRole('button', { name: '新增授权' }).click();
      await drawer(page).getByRole('button', { name: '保存' }).waitFor();
    },
  },
  {
    name: 'grant-end',
    as: 'county-administrator',
    path: '/grants',
    ready: '.bn-list .bn-tag',
    reach: async (page) => {
      await page.getByRole('button', { name: '结束授权' }).first().click();
      await drawer(page).locator('.bn-drawer-foot').waitFor();
    },
  },
  {
    name: 'delegate',
    as: 'township-administrator',
    path: '/grants',
    ready: '.bn-list .bn-tag',
    reach: async (page) => {
      await page.getByRole('button', { name: '委托', exact: true }).click();
      await drawer(page).locator('.ant-select').first().click();
      await page.locator('.ant-select-dropdown:visible .ant-select-item-option').first().click();
      await drawer(page).getByRole('checkbox').first().waitFor();
    },
  },
  {
    name: 'step-up',
    as: 'township-administrator',
    path: '/people',
    ready: '.bn-list a',
    reach: async (page) => {
      await page.locator('.bn-list a').first().click();
      await page.getByRole('button', { name: '查看隐藏信息' }).click();
      await fill(drawer(page), '用途', '核对转接材料');
      await drawer(page).locator('.bn-drawer-foot').getByRole('button', { name: '查看隐藏信息', exact: true }).click();
      await page.locator('.ant-popover:visible').last().getByRole('button', { name: '确定', exact: true }).click();
      await page.getByRole('dialog', { name: '请确认这项操作' }).waitFor();
    },
  },
  {
    name: 'access',
    as: 'branch-secretary',
    path: '/people',
    ready: '.bn-list a',
    reach: async (page) => {
      await page.locator('.bn-list a').first().click();
      await page.locator('.bn-facts').first().waitFor();
      await page.goto(`${page.url().split('?')[0]}?tab=access`);
      await page.locator('.bn-pager').waitFor();
    },
  },
  {
    name: 'person',
    as: 'branch-secretary',
    path: '/people',
    ready: '.bn-list a',
    reach: async (page) => {
      await page.locator('.bn-list a').first().click();
      await page.locator('.bn-facts').waitFor();
    },
  },
  {
    name: 'create-organization',
    as: 'county-administrator',
    path: '/organizations',
    ready: '.bn-facts',
    reach: async (page) => {
      await page.getByRole('button', { name: '新增下级' }).click();
      await drawer(page).getByRole('button', { name: '保存' }).click();
      await drawer(page).getByText('请填写必填项：名称').waitFor();
    },
  },
  {
    name: 'add-person',
    as: 'branch-secretary',
    path: '/people',
    ready: '.bn-list a',
    reach: async (page) => {
      await page.getByRole('button', { name: '新增党员' }).click();
      await drawer(page).getByRole('button', { name: '保存' }).waitFor();
    },
  },
  {
    name: 'rename',
    as: 'township-administrator',
    path: '/organizations',
    ready: '.bn-facts',
    reach: async (page) => {
      await openMore(page, '更名');
      await drawer(page).getByRole('button', { name: '保存' }).waitFor();
    },
  },
  {
    name: 'reorder',
    as: 'municipal-administrator',
    path: (rootId) => `/organizations?node=${rootId}&tab=subordinates`,
    ready: '.bn-list button.bn-inline',
    reach: async (page) => {
      await page.locator('.bn-list button.bn-inline').first().click();
      await openMore(page, '调整排序');
      await page.getByRole('dialog').getByText('共 38 个同级组织').waitFor();
    },
  },
  {
    name: 'palette',
    as: 'county-administrator',
    path: '/organizations',
    ready: '.bn-facts',
    reach: async (page) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('option').first().waitFor();
      await page.keyboard.type('wy');
      await page.getByRole('option', { name: /支部委员会$/ }).first().waitFor();
    },
  },
];

async function show(page: Page, screen: Screen): Promise<void> {
  const path = typeof screen.path === 'string' ? screen.path : screen.path((await rootOf(page)).id);
  await page.goto(base + path);
  await page.locator(screen.ready).first().waitFor();
  await screen.reach?.(page);
  await page.locator('.ant-spin-spinning, .ant-skeleton, [aria-busy="true"]').first().waitFor({ state: 'detached' });
}

const strangers = [
  { name: 'enter', path: '/enter', ready: '.bn-enter-roles button' },
  { name: 'enter-password', path: '/enter?by=password', ready: '#password' },
  { name: 'enrol', path: '/enrol', ready: '#code' },
  { name: 'claim', path: '/claim', ready: '#repeat' },
  { name: 'browsers', path: '/browsers', ready: 'table' },
];

const sizes = [
  { of: 'office', viewport: office },
  { of: 'phone', viewport: phone },
];

for (const { of, viewport } of sizes) {
  test.each(screens)(`$name can be used by everyone (${of})`, async (screen) => {
    await visitAs(
      screen.as,
      async (page) => {
        await show(page, screen);
        await usable(page, `${screen.name}-${of}`);
      },
      { viewport, bypassCSP: true },
    );
  });

  test.each(strangers)(`the page $name can be used by everyone who is not signed in (${of})`, async ({ name, path, ready }) => {
    await visit(
      async (page) => {
        await page.goto(base + path);
        await page.locator(ready).first().waitFor();
        await usable(page, `${name}-${of}`);
      },
      { viewport, bypassCSP: true },
    );
  });
}

test('the content security policy is never touched and nothing is written to the console', async () => {
  const said: string[] = [];
  await visit(async (page) => {
    page.on('console', (message) => {
      // A question that waits for the key travels as an error; the browser notes its status.
      if (/status of 400/.test(message.text())) return;
      if (['error', 'warning'].includes(message.type())) said.push(`${page.url()} ${message.text()}`);
    });
    page.on('pageerror', (error) => said.push(`${page.url()} ${error.message}`));
    const answer = await page.goto(`${base}/enter`);
    expect(answer?.headers()['content-security-policy']).toMatch(/style-src 'self';/);
    for (const screen of screens.filter(({ name }) => name !== 'not-found')) {
      await enterAs(page, screen.as);
      await show(page, screen);
    }
    await page.goto(`${base}/people`);
    // A list, a calendar and a tooltip: what antd lays over the page.
    await page.getByRole('combobox', { name: '民族' }).click();
    await page.locator('.ant-select-dropdown:visible').waitFor();
    await page.goto(`${base}/journal`);
    await page.getByRole('textbox', { name: '起始日期' }).click();
    await page.locator('.ant-picker-dropdown:visible').waitFor();
  });
  expect(said).toEqual([]);
  // Every screen once more, one after another.
}, 240_000);

test('a phone has drawers and cards in place of columns and tables', async () => {
  await visitAs(
    'township-administrator',
    async (page) => {
      await page.goto(`${base}/people`);
      await page.locator('.bn-cards li').first().waitFor();
      expect(await page.getByRole('table').count()).toBe(0);
      expect(await page.locator('.bn-nav').count()).toBe(0);

      await page.getByRole('button', { name: '选择党组织' }).click();
      await page.getByRole('treeitem', { level: 2 }).first().click();
      await page.waitForURL('**under=**');
      await page.getByRole('treeitem').first().waitFor({ state: 'hidden' });

      await page.getByRole('button', { name: '筛选' }).click();
      await page.getByRole('textbox', { name: '姓名或简拼' }).fill('hhw');
      await page.getByRole('button', { name: '查询' }).click();
      await page.getByRole('link', { name: '胡华文' }).waitFor();

      await page.getByRole('button', { name: '打开导航' }).click();
      await page.getByRole('navigation', { name: '导航' }).getByRole('link', { name: '操作日志' }).click();
      await page.waitForURL('**/journal');
    },
    { viewport: phone, isMobile: true, hasTouch: true },
  );
});
