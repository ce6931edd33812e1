import { expect, test } from 'vitest';

import { neighbour } from './siblings';

const siblings = ['a', 'b', 'c'].map((id) => ({ id }));

test('up from the third place is after the first', () => {
  expect(neighbour(siblings, 'c', 'up')).toBe('a');
});

test('up from the second place is the first', () => {
  expect(neighbour(siblings, 'b', 'up')).toBeNull();
});

test('down is after the next one', () => {
  expect(neighbour(siblings, 'a', 'down')).toBe('b');
});

test('at the ends there is nowhere to go', () => {
  expect(neighbour(siblings, 'a', 'up')).toBeUndefined();
  expect(neighbour(siblings, 'c', 'down')).toBeUndefined();
  expect(neighbour(siblings, 'x', 'up')).toBeUndefined();
});
