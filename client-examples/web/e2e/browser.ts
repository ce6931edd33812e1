import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, inject } from 'vitest';

export const base = inject('base');

export const office = { width: 1366, height: 768 };
export const phone = { width: 390, height: 844 };

export type As =
  | 'municipal-administrator'
  | 'county-administrator'
  | 'township-administrator'
  | 'branch-secretary'
  | 'member'
  | 'auditor'
  | 'other-tenant-administrator'
  | 'deputy-administrator'
  | 'system-administrator'
  | 'security-administrator';

export const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });

let browser: Browser;

/** One browser for each file of specs. */
export function useBrowser(): void {
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser.close());
}

/** A page of a fresh visitor, closed at the end also when the test fails. */
export async function visit(run: (page: Page, context: BrowserContext) => Promise<void>, options: BrowserContextOptions = {}): Promise<void> {
  const context = await browser.newContext({ viewport: office, locale: 'zh-CN', timezoneId: 'Asia/Shanghai', ...options });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  try {
    await run(page, context);
  } catch (error) {
    await page.screenshot({ path: `test-results/failed-${Date.now()}.png` }).catch(() => undefined);
    throw error;
  } finally {
    await context.close();
  }
}

/** Signed in as one of the demonstration's roles, on the first page of that role. */
export async function enterAs(page: Page, as: As): Promise<void> {
  await page.goto(`${base}/enter`);
  await page.evaluate(
    (role) =>
      fetch('/session/demonstration', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ as: role }),
      }),
    as,
  );
  await page.goto(`${base}/`);
  await page.getByRole('button', { name: /的菜单$/ }).waitFor();
}

const sessions = new Map<As, Awaited<ReturnType<BrowserContext['storageState']>>>();

/** Signed in as a role, with the session that this role got at its first visit. */
export async function visitAs(as: As, run: (page: Page, context: BrowserContext) => Promise<void>, options?: BrowserContextOptions): Promise<void> {
  const storageState = sessions.get(as);
  await visit(
    async (page, context) => {
      if (storageState) {
        await page.goto(`${base}/`);
        await page.getByRole('button', { name: /的菜单$/ }).waitFor();
      } else {
        await enterAs(page, as);
        sessions.set(as, await context.storageState());
      }
      await run(page, context);
    },
    { ...options, storageState },
  );
}

/** Asks the server as the visitor of the page, for what a test has to know or to prepare. */
export function ask<Answer>(page: Page, query: string, variables: object = {}): Promise<Answer> {
  return page.evaluate(
    async ([text, values]) => {
      const response = await fetch('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'accept-language': 'zh-CN', 'idempotency-key': crypto.randomUUID() },
        body: JSON.stringify({ query: text, variables: values }),
      });
      const answer = await response.json();
      if (answer.errors) throw new Error(JSON.stringify(answer.errors));
      return answer.data;
    },
    [query, variables] as const,
  );
}

export interface Root {
  id: string;
  name: string;
  shortName: string | null;
}

export async function rootOf(page: Page): Promise<Root> {
  const { viewer } = await ask<{ viewer: { roots: Root[] } }>(page, '{ viewer { roots { id name shortName } } }');
  const [root] = viewer.roots;
  if (!root) throw new Error('this role has no organization');
  return root;
}
