import { expect, test } from 'vitest';

import { cleared, filterNames, personFilter, withoutNulls } from './filters';

test('filters of the URL become those of the question', () => {
  expect(withoutNulls(personFilter({ stages: 'FULL,PROBATIONARY', ageFrom: '18', ageTo: 'old', identityNumber: ' 11010519491231002x' }))).toEqual({
    stages: ['FULL', 'PROBATIONARY'],
    ageFrom: 18,
    identityNumber: '11010519491231002X',
  });
});

test('another organization clears every filter and the cursor', () => {
  for (const name of [...filterNames, 'after', 'before']) {
    expect(name in cleared).toBe(true);
    expect(cleared[name]).toBeUndefined();
  }
});
