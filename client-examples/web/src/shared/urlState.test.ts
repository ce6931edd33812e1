import { expect, test } from 'vitest';

import { pageArguments, pageSizeOf } from './paging';
import { parseSearch, stringifySearch } from './urlState';

test('a list can be sent to a colleague as a link', () => {
  const state = { under: 'abc', stages: 'FULL,PROBATIONARY', name: '王 伟' };
  expect(parseSearch(stringifySearch(state))).toEqual(state);
});

test('numbers in the URL stay text, so that a code keeps its zeros', () => {
  expect(parseSearch('?ethnicGroup=01')).toEqual({ ethnicGroup: '01' });
});

test('what is not set is not in the URL', () => {
  expect(stringifySearch({ name: undefined, code: '' })).toBe('');
});

test('the first page is asked for without a cursor', () => {
  expect(pageArguments({})).toEqual({ first: 20 });
});

test('the next page begins after a cursor, the previous one ends before it', () => {
  expect(pageArguments({ after: 'x', size: '50' })).toEqual({ first: 50, after: 'x' });
  expect(pageArguments({ before: 'y', size: '50' })).toEqual({ last: 50, before: 'y' });
});

test.each(['0', '10000', 'many'])('a page of %s rows is one of the usual size', (size) => {
  expect(pageSizeOf({ size })).toBe(20);
});
