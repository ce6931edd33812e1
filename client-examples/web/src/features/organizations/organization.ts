import { readFragment } from '../../gql';
import { type OrganizationDetailFragment, OrganizationDetailFragmentDoc, type OrganizationQuery } from '../../gql/graphql';
import { nodeOf } from '../../shared/api/nodeOf';

export type Organization = OrganizationDetailFragment;

/** Null when the id is that of something else than an organization. */
export function organizationOf(answer: OrganizationQuery | undefined): Organization | null {
  const node = nodeOf(answer?.node, 'Organization');
  return node ? readFragment(OrganizationDetailFragmentDoc, node) : null;
}
