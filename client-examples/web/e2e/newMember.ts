import type { Page } from 'playwright-core';

import { ask, base, rootOf } from './browser';
import { drawer } from './forms';
import { confirmByClick, readSlip } from './keys';
import { identityNumber } from './people';

export const password = '榕树下的新密码-Aa1-够长了';

export interface Member {
  id: string;
  name: string;
  identityNumber: string;
}

let sequence = 500;

/** Somebody on the roll of the secretary's branch who has no account yet. Files of specs that make people choose days of their own. */
export async function newMember(page: Page, name: string, born = '1985-05-12'): Promise<Member> {
  const root = await rootOf(page);
  sequence += 2;
  const number = identityNumber(born.replaceAll('-', ''), sequence);
  const { personAdd } = await ask<{ personAdd: { person: { id: string } | null; userErrors: { code: string }[] } }>(
    page,
    'mutation ($input: PersonAddInput!) { personAdd(input: $input) { person { id } userErrors { code } } }',
    {
      input: {
        organizationId: root.id,
        stage: 'FULL',
        name,
        identityNumber: number,
        birthDate: born,
        sex: Number(number[16]) % 2 === 1 ? '1' : '2',
        ethnicGroup: '01',
        education: '21',
        appliedOn: '2010-01-04',
        joinedOn: '2012-07-01',
        confirmedOn: '2013-07-01',
      },
    },
  );
  if (!personAdd.person) throw new Error(JSON.stringify(personAdd.userErrors));
  return { id: personAdd.person.id, name, identityNumber: number };
}

/** The account of a person, opened on the person's page: user name and one-time secret. */
export async function openAccount(page: Page, member: Member): Promise<[string, string]> {
  await page.goto(`${base}/people/${member.id}`);
  await page.getByText('没有账号，不能登录。').waitFor();
  await page.getByRole('button', { name: '开通账号' }).click();
  await page.locator('.ant-popover:visible').getByRole('button', { name: '确定' }).click();
  await confirmByClick(page);
  const [userName, secret] = await readSlip(page, '用户名', '一次性密码');
  return [userName ?? '', secret ?? ''];
}

export async function changePassword(page: Page, old: string): Promise<void> {
  await page.getByLabel('原密码').fill(old);
  await page.getByLabel('新密码', { exact: true }).fill(password);
  await page.getByLabel('再次输入新密码').fill(password);
  await page.getByRole('button', { name: '修改密码' }).click();
}

/** The first key of who is signed in with a password, up to where it is touched. */
export async function askForFirstKey(page: Page): Promise<void> {
  await page.goto(`${base}/account?tab=keys`);
  await page.getByRole('button', { name: '登记安全密钥' }).click();
  await drawer(page).getByLabel('密码').fill(password);
  await drawer(page).locator('.bn-drawer-foot').getByRole('button', { name: '下一步' }).click();
  await page.locator('.ant-popover:visible').getByRole('button', { name: '确定' }).click();
  await page.getByRole('button', { name: '登记这个密钥' }).waitFor();
}
