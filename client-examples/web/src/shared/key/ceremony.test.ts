import { afterEach, expect, test, vi } from 'vitest';

import { KeyFailure, patienceMs, withPatience } from './ceremony';

const never = () => new Promise<string>(() => undefined);
const kindOf = (run: Promise<unknown>) =>
  run.then(
    () => 'done',
    (error: unknown) => (error instanceof KeyFailure ? error.kind : 'other'),
  );

afterEach(() => vi.useRealTimers());

test('a key that was pulled out does not leave the page waiting', async () => {
  vi.useFakeTimers();
  const kind = kindOf(withPatience(never, new AbortController().signal));
  await vi.advanceTimersByTimeAsync(patienceMs);
  expect(await kind).toBe('failed');
});

test('cancelling ends the wait at once', async () => {
  const controller = new AbortController();
  const kind = kindOf(withPatience(never, controller.signal));
  controller.abort();
  expect(await kind).toBe('cancelled');
  expect(await kindOf(withPatience(never, controller.signal))).toBe('cancelled');
});

test('the browser tells nothing but that a key is known already', async () => {
  const named = (name: string) => () => Promise.reject(Object.assign(new Error('…'), { name }));
  const { signal } = new AbortController();
  expect(await kindOf(withPatience(named('NotAllowedError'), signal))).toBe('failed');
  expect(await kindOf(withPatience(named('AbortError'), signal))).toBe('failed');
  expect(await kindOf(withPatience(named('InvalidStateError'), signal))).toBe('known');
});

test('what the key gave is passed on', async () => {
  expect(await withPatience(() => Promise.resolve('signed'), new AbortController().signal)).toBe('signed');
});
