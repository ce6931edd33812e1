import { expect, test } from 'vitest';

import { backTo } from './backTo';

test('back to the page that was left, with its filters', () => {
  expect(backTo('/people?under=x&after=y')).toBe('/people?under=x&after=y');
});

test.each([undefined, '', 'https://evil.test', '//evil.test', '/\\evil.test', 'javascript:alert(1)', '/enter?back=/x', '/enrol', '/password'])(
  '%s is not followed',
  (wanted) => {
    expect(backTo(wanted)).toBe('/');
  },
);
