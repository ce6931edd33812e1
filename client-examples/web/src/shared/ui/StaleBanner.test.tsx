import { act, cleanup, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { TypedDocumentString } from '../../gql/graphql';
import { gqlFetch } from '../api/gqlFetch';
import { queryClient } from '../api/queries';
import { formatInstant } from '../format';
import { changeLanguage } from '../i18n';
import { StaleBanner } from './StaleBanner';

const document = new TypedDocumentString<{ name: string }, object>('query Name { name }');
const answers = (body: object) =>
  vi.stubGlobal('fetch', vi.fn().mockResolvedValue({ ok: true, status: 200, json: () => Promise.resolve(body) } as Response));
const ask = () => act(async () => void (await gqlFetch(document, {}).catch(() => undefined)));
const stale = (at: Date) => ({ data: { name: '一' }, extensions: { stale: { asOf: at.toISOString() } } });

beforeEach(() => void vi.spyOn(queryClient, 'invalidateQueries').mockResolvedValue());
afterEach(async () => {
  answers({ data: { name: '一' } });
  await ask();
  cleanup();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

test.each([
  ['zh-CN', (time: string) => `数据截至 ${time}，暂时不能修改。`],
  ['en', (time: string) => `The data is as of ${time} and cannot be changed at the moment.`],
] as const)('an old answer is told with its time, until a fresh one comes (%s)', async (language, text) => {
  await changeLanguage(language);
  render(<StaleBanner />);
  expect(screen.queryByRole('status')).toBeNull();
  const now = new Date();
  answers(stale(now));
  await ask();
  const time = formatInstant(now.toISOString()).split(' ')[1] ?? '';
  expect(screen.getByRole('status').textContent).toBe(text(time));
  // Yesterday's time would be taken for today's.
  const old = new Date(now.getTime() - 86_400_000);
  answers(stale(old));
  await ask();
  expect(screen.getByRole('status').textContent).toBe(text(formatInstant(old.toISOString())));
  // A write that is refused says nothing of the data.
  answers({ errors: [{ message: '…', extensions: { code: 'UNAVAILABLE' } }] });
  await ask();
  expect(screen.getByRole('status').textContent).toContain(time);
  expect(queryClient.invalidateQueries).not.toHaveBeenCalled();
  answers({ data: { name: '一' } });
  await ask();
  expect(screen.queryByRole('status')).toBeNull();
  // What is on the page was old.
  expect(queryClient.invalidateQueries).toHaveBeenCalledExactlyOnceWith();
});

test('while answers are old the page asks again by itself', async () => {
  vi.useFakeTimers();
  render(<StaleBanner />);
  answers(stale(new Date()));
  await ask();
  act(() => vi.advanceTimersByTime(25_000));
  expect(queryClient.invalidateQueries).toHaveBeenCalledTimes(2);
  expect(queryClient.invalidateQueries).toHaveBeenCalledWith({ queryKey: ['session'] });
});
