import { expect, test } from 'vitest';

import { accountFilter } from './accountFilter';

test('the URL names the filter', () => {
  expect(accountFilter({})).toEqual({});
  expect(accountFilter({ states: 'DISABLED,CLOSED', kind: 'PERSON', flagged: 'yes' })).toEqual({
    states: ['DISABLED', 'CLOSED'],
    kind: 'PERSON',
    flagged: true,
  });
});
