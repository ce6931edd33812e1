import { expect, test } from 'vitest';

import { heldOn } from './sheet';

test('what is held on a day has begun by then and ends later', () => {
  const held = heldOn('2019-05-01');
  expect(held({ from: '2019-05-01', until: null })).toBe(true);
  expect(held({ from: '2019-05-02' })).toBe(false);
  expect(held({ from: '2010-01-01', until: '2019-05-01' })).toBe(false);
  expect(held({ from: '2010-01-01', until: '2019-05-02' })).toBe(true);
  expect(held({ from: null, until: undefined })).toBe(true);
});
