import type { Locator, Page } from 'playwright-core';

export const drawer = (page: Page): Locator => page.locator('.ant-drawer-section, .ant-drawer-content').last();

const item = (within: Locator, label: string): Locator =>
  within.locator('.ant-form-item').filter({ has: within.page().locator(`label[title="${label}"], label:text-is("${label}")`) });

export async function fill(within: Locator, label: string, value: string): Promise<void> {
  await item(within, label).locator('input, textarea').first().fill(value);
}

/** Chooses from the list of a select; nothing is typed but what narrows the list. */
export async function choose(within: Locator, label: string, option: string, search?: string): Promise<void> {
  const field = item(within, label);
  await field.locator('.ant-select').click();
  if (search) await field.locator('input').fill(search);
  await within.page().locator('.ant-select-dropdown:visible .ant-select-item-option', { hasText: option }).first().click();
}

/** A day from the open calendar, which is the only way to give one. */
export async function pickToday(within: Locator, label: string): Promise<void> {
  await item(within, label).locator('input').click();
  await within.page().locator('.ant-picker-dropdown:visible .ant-picker-cell-today').click();
}

/** Sends the form of the open drawer and answers its question. */
export async function submit(page: Page, button = '保存'): Promise<void> {
  await drawer(page).locator('.bn-drawer-foot').getByRole('button', { name: button, exact: true }).click();
  await page.locator('.ant-popover:visible, .ant-popconfirm:visible').last().getByRole('button', { name: '确定', exact: true }).click();
}

/** The text of the refusal at a field. */
export const refusalAt = (within: Locator, label: string): Locator => item(within, label).locator('.bn-refusal');

export const toast = (page: Page, text: string): Locator => page.locator('.ant-message').getByText(text).first();
