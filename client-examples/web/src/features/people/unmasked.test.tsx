import { act, renderHook } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';

import { shownMs, useUnmasked } from './unmasked';

afterEach(() => vi.useRealTimers());

test('an opened value goes by itself after a minute', () => {
  vi.useFakeTimers();
  const { result } = renderHook(useUnmasked);
  act(() => result.current.show({ PHONE: '13800001234' }));
  act(() => vi.advanceTimersByTime(shownMs - 1));
  expect(result.current.values).toEqual({ PHONE: '13800001234' });
  act(() => vi.advanceTimersByTime(1));
  expect(result.current.values).toEqual({});
  expect(result.current.until).toBeNull();
});

test('it can be hidden at once', () => {
  const { result } = renderHook(useUnmasked);
  act(() => result.current.show({ PHONE: '13800001234' }));
  act(() => result.current.hide());
  expect(result.current.values).toEqual({});
});
