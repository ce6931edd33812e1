import { expect, test } from 'vitest';

import { classesIn, passwordHints } from './passwordHints';

const met = (hints: ReturnType<typeof passwordHints>) => Object.fromEntries(hints.map(({ name, met: yes }) => [name, yes]));

test('a long password is enough where length counts', () => {
  const policy = { profile: 'asvs', minimum: 15 } as const;
  expect(met(passwordHints('榕树下的十五个字是够长的密码了吧', policy))).toEqual({ length: true });
  expect(met(passwordHints('short', policy))).toEqual({ length: false });
});

test('graded protection asks for three of four kinds of characters', () => {
  const policy = { profile: 'graded', minimum: 8 } as const;
  expect(met(passwordHints('abcDEF123', policy))).toEqual({ length: true, classes: true });
  expect(met(passwordHints('abcdef123', policy))).toEqual({ length: true, classes: false });
  expect(classesIn('aA1!')).toBe(4);
});

test('the new one is not the old one', () => {
  const policy = { profile: 'asvs', minimum: 1 } as const;
  expect(met(passwordHints('a', policy, 'a'))).toMatchObject({ different: false });
  expect(met(passwordHints('b', policy, 'a'))).toMatchObject({ different: true });
});
