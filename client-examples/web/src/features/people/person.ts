import { readFragment } from '../../gql';
import { type PersonDetailFragment, PersonDetailFragmentDoc, type PersonQuery } from '../../gql/graphql';
import { nodeOf } from '../../shared/api/nodeOf';

export type Person = PersonDetailFragment;

/** Null when the id is that of something else than a person. */
export function personOf(answer: PersonQuery | undefined): Person | null {
  const node = nodeOf(answer?.node, 'Person');
  return node ? readFragment(PersonDetailFragmentDoc, node) : null;
}
