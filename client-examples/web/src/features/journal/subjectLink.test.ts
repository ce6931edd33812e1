import { expect, test } from 'vitest';

import { subjectLink } from './subjectLink';

test.each([
  ['ORGANIZATION', { to: '/organizations', search: { node: 'x' } }],
  ['PERSON', { to: '/people/x', search: {} }],
  ['PARTY_GROUP', { to: '/organizations', search: { node: 'branch', tab: 'groups' } }],
  ['ACCOUNT', { to: '/accounts', search: { account: 'x' } }],
  ['GRANT', { to: '/grants', search: { running: 'all' } }],
] as const)('an entry about a %s leads to it', (subjectKind, target) => {
  expect(subjectLink({ subjectKind, subjectId: 'x', organization: { id: 'branch' } })).toEqual(target);
});

test('a party group of an organization out of sight leads nowhere', () => {
  expect(subjectLink({ subjectKind: 'PARTY_GROUP', subjectId: 'x', organization: null })).toBeNull();
});
