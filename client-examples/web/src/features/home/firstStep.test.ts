import { expect, test } from 'vitest';

import { nextStep } from './firstStep';

const empty = { childCount: 0, holdsMembers: false, may: [], counts: { members: 0, applicants: 0 } };

test('an empty tree begins with organizations', () => {
  expect(nextStep({ ...empty, may: ['CREATE_ORGANIZATION', 'ADD_PERSON'] })).toBe('organizations');
});

test('then come people', () => {
  expect(nextStep({ ...empty, childCount: 3, may: ['ADD_PERSON'] })).toBe('people');
  expect(nextStep({ ...empty, holdsMembers: true, may: ['ADD_PERSON'] })).toBe('people');
});

test('nobody is told to do what is not theirs to do', () => {
  expect(nextStep(empty)).toBeNull();
  expect(nextStep({ ...empty, childCount: 3 })).toBeNull();
});

test('with people there the guidance is gone', () => {
  expect(nextStep({ ...empty, childCount: 3, may: ['ADD_PERSON'], counts: { members: 1, applicants: 0 } })).toBeNull();
});
