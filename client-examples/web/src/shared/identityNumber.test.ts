import { expect, test } from 'vitest';

import { readIdentityNumber } from './identityNumber';

test('a number tells the birth date and the sex', () => {
  expect(readIdentityNumber('11010519491231002X')).toEqual({ ok: true, facts: { birthDate: '1949-12-31', sex: '2' } });
  expect(readIdentityNumber('440524188001010014')).toEqual({ ok: true, facts: { birthDate: '1880-01-01', sex: '1' } });
});

test('a small x and spaces around are accepted', () => {
  expect(readIdentityNumber(' 11010519491231002x ').ok).toBe(true);
});

test.each([
  ['1101051949123100', 'shape'],
  ['11010519491231002A', 'shape'],
  ['5001**********1234', 'shape'],
  ['110105194913310027', 'date'],
  ['110105194902300021', 'date'],
  ['110105194912310021', 'check'],
])('%s is no identity number: %s', (text, problem) => {
  expect(readIdentityNumber(text)).toEqual({ ok: false, problem });
});
