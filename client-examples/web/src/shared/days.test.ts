import { expect, test } from 'vitest';

import { dayBefore, endOfDay, startOfDay } from './days';

test('a day ends where the next one begins', () => {
  expect(endOfDay('2026-02-28')).toBe(startOfDay('2026-03-01'));
  expect(endOfDay('2026-12-31')).toBe(startOfDay('2027-01-01'));
});

test('the last day before an instant is the day that was chosen', () => {
  expect(dayBefore(endOfDay('2026-02-28'))).toBe('2026-02-28');
  expect(dayBefore(endOfDay('2026-12-31'))).toBe('2026-12-31');
});
