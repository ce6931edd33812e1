import { expect, test } from 'vitest';

import { formatShare, formatTotal } from './format';

test('a capped total is a lower bound', () => {
  expect(formatTotal(10000, true)).toBe('10,000+');
  expect(formatTotal(42, false)).toBe('42');
});

test('a share of nothing is nothing', () => {
  expect(formatShare(0, 0)).toBe('0%');
  expect(formatShare(1, 3)).toBe('33.3%');
});
