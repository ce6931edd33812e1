import { expect, test } from 'vitest';

import { endOfDay, startOfDay } from './days';

test('a day ends where the next one begins', () => {
  expect(endOfDay('2026-02-28')).toBe(startOfDay('2026-03-01'));
  expect(endOfDay('2026-12-31')).toBe(startOfDay('2027-01-01'));
});
