import { expect, test } from 'vitest';

import { grantFilter } from './grantFilter';

test('running grants are shown unless the URL says otherwise', () => {
  expect(grantFilter({})).toEqual({ running: true });
  expect(grantFilter({ running: 'all', role: 'AUDITOR' })).toEqual({ role: 'AUDITOR', running: null });
});

test('those that wait for a second person do not run yet', () => {
  expect(grantFilter({ running: 'pending' })).toEqual({ running: null, pending: true });
});
