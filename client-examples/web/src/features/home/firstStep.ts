import type { Permission } from '../../gql/graphql';

interface Facts {
  childCount: number;
  holdsMembers: boolean;
  may: Permission[];
  counts: { members: number; applicants: number };
}

export type FirstStep = 'organizations' | 'people';

/** What a new installation lacks first, if this viewer may do something about it. */
export function nextStep({ childCount, holdsMembers, may, counts }: Facts): FirstStep | null {
  if (childCount === 0 && !holdsMembers) return may.includes('CREATE_ORGANIZATION') ? 'organizations' : null;
  if (counts.members + counts.applicants === 0) return may.includes('ADD_PERSON') ? 'people' : null;
  return null;
}
