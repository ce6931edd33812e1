import { act, renderHook } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';

import { secondsLeft, useCountdown } from './useCountdown';

afterEach(() => vi.useRealTimers());

test('a second that has begun counts', () => {
  expect(secondsLeft(10_000, 8_999)).toBe(2);
  expect(secondsLeft(10_000, 10_000)).toBe(0);
  expect(secondsLeft(10_000, 99_000)).toBe(0);
});

test('it counts down to nothing and begins anew with another end', () => {
  vi.useFakeTimers();
  const { result, rerender } = renderHook(({ until }: { until: number | null }) => useCountdown(until), {
    initialProps: { until: Date.now() + 3_000 as number | null },
  });
  expect(result.current).toBe(3);
  act(() => vi.advanceTimersByTime(2_000));
  expect(result.current).toBe(1);
  act(() => vi.advanceTimersByTime(5_000));
  expect(result.current).toBe(0);
  rerender({ until: Date.now() + 2_000 });
  expect(result.current).toBe(2);
  rerender({ until: null });
  expect(result.current).toBe(0);
});
