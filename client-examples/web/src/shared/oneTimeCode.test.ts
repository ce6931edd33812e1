import { expect, test } from 'vitest';

import { bareCode, codeOfFragment, enrolmentLink, groupedCode } from './oneTimeCode';

test('case, spaces and hyphens of any kind do not matter', () => {
  expect(bareCode(' abcde-fghij－k2 ')).toBe('ABCDEFGHIJK2');
});

test('on paper it stands in groups of five', () => {
  expect(groupedCode('abcdefghijk2')).toBe('ABCDE-FGHIJ-K2');
  expect(groupedCode('')).toBe('');
});

test('the link carries the code where no server sees it', () => {
  const link = enrolmentLink('abcdefghij', 'https://example.test');
  expect(link).toBe('https://example.test/enrol#ABCDE-FGHIJ');
  expect(codeOfFragment(new URL(link).hash)).toBe('ABCDEFGHIJ');
  expect(codeOfFragment('#%41bc')).toBe('ABC');
  expect(codeOfFragment('#%')).toBe('%');
});
