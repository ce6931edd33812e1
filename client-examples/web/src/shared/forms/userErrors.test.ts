import { expect, test } from 'vitest';

import type { UserError } from '../api/useSubmission';
import { isStale, sortErrors } from './userErrors';

const error = (code: UserError['code'], path: string[]): UserError => ({ code, path, message: code, rule: null, hint: null });

test('an error goes to the field that its path names', () => {
  const name = error('ORGANIZATION_SAME_NAME', ['input', 'name']);
  expect(sortErrors([name], ['name', 'code'])).toEqual({ byField: { name: [name] }, others: [] });
});

test('an error about no field of the form stands above it', () => {
  const version = error('STALE_VERSION', ['input', 'version']);
  const whole = error('ORGANIZATION_HAS_CHILDREN', ['input']);
  expect(sortErrors([version, whole], ['name'])).toEqual({ byField: {}, others: [version, whole] });
});

test('only a stale version opens the comparison', () => {
  expect(isStale([error('REQUIRED', ['input', 'name'])])).toBe(false);
  expect(isStale([error('STALE_VERSION', ['input', 'version'])])).toBe(true);
});
