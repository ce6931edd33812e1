import { expect, test } from 'vitest';

import { agreementProblem } from './personValues';

const identityNumber = '11010519491231002X';

test('birth date and sex of the number agree', () => {
  const values = { identityNumber, birthDate: '1949-12-31', sex: '2' };
  expect(agreementProblem(values, 'birthDate')).toBeNull();
  expect(agreementProblem(values, 'sex')).toBeNull();
});

test('another birth date or sex is a problem of its field', () => {
  const values = { identityNumber, birthDate: '1949-12-30', sex: '1' };
  expect(agreementProblem(values, 'birthDate')).toBe('birthDate');
  expect(agreementProblem(values, 'sex')).toBe('sex');
});

test('nothing is compared with a number that is masked, wrong or missing', () => {
  for (const wrong of ['1101**********002X', '110105194912310021', undefined]) {
    expect(agreementProblem({ identityNumber: wrong, birthDate: '2000-01-01' }, 'birthDate')).toBeNull();
  }
});
