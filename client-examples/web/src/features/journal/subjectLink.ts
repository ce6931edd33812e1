import type { SubjectKind } from '../../gql/graphql';

interface Entry {
  subjectKind: SubjectKind;
  subjectId: string;
  organization?: { id: string } | null;
}

interface Target {
  to: string;
  search: Record<string, string>;
}

/** Where the record that an event is about can be seen. */
export function subjectLink({ subjectKind, subjectId, organization }: Entry): Target | null {
  switch (subjectKind) {
    case 'ORGANIZATION':
      return { to: '/organizations', search: { node: subjectId } };
    case 'PERSON':
      return { to: `/people/${subjectId}`, search: {} };
    case 'PARTY_GROUP':
      return organization ? { to: '/organizations', search: { node: organization.id, tab: 'groups' } } : null;
    case 'UNIT':
      return organization ? { to: '/organizations', search: { node: organization.id, tab: 'units' } } : null;
    case 'LEADERSHIP_TERM':
    case 'LEADERSHIP_POST':
      return organization ? { to: '/organizations', search: { node: organization.id, tab: 'leadership' } } : null;
    case 'GRANT':
      return { to: '/grants', search: { running: 'all' } };
    case 'ACCOUNT':
      return { to: '/accounts', search: { account: subjectId } };
  }
}
