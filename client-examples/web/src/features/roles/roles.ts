import type { Role } from '../../gql/graphql';

export const roles: Role[] = [
  'SYSTEM_ADMINISTRATOR',
  'SECURITY_ADMINISTRATOR',
  'ORGANIZATION_ADMINISTRATOR',
  'BRANCH_ADMINISTRATOR',
  'SECRETARY',
  'COMMITTEE_MEMBER',
  'MEMBER',
  'AUDITOR',
  'READER',
];
