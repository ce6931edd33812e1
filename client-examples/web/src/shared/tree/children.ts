import { type FragmentType, readFragment } from '../../gql';
import { OrgTreeChildrenDocument, type OrgTreeNodeFragment, OrgTreeNodeFragmentDoc } from '../../gql/graphql';
import { gqlFetch } from '../api/gqlFetch';
import { nodeOf } from '../api/nodeOf';
import { queryClient } from '../api/queries';

export type TreeOrganization = OrgTreeNodeFragment;

export interface Children {
  nodes: TreeOrganization[];
  more: boolean;
  endCursor: string | null;
  total: number;
}

export const pageOfChildren = 100;

export const childrenKey = (id: string) => ['organizations', 'tree', id];

const read = (node: FragmentType<typeof OrgTreeNodeFragmentDoc>) => readFragment(OrgTreeNodeFragmentDoc, node);

async function page(id: string, before: Children | undefined): Promise<Children> {
  const answer = await gqlFetch(OrgTreeChildrenDocument, { id, first: pageOfChildren, after: before?.endCursor });
  const children = nodeOf(answer.node, 'Organization')?.children;
  return {
    nodes: [...(before?.nodes ?? []), ...(children?.nodes ?? []).map(read)],
    more: children?.pageInfo.hasNextPage ?? false,
    endCursor: children?.pageInfo.endCursor ?? null,
    total: children?.totalCount ?? 0,
  };
}

/** As many children as are on the screen already, so that a refresh does not fold a long list. */
export async function loadChildren(id: string): Promise<Children> {
  const wanted = queryClient.getQueryData<Children>(childrenKey(id))?.nodes.length ?? 0;
  let loaded = await page(id, undefined);
  while (loaded.more && loaded.nodes.length < wanted) loaded = await page(id, loaded);
  return loaded;
}

export async function loadMoreChildren(id: string): Promise<void> {
  const loaded = await page(id, queryClient.getQueryData<Children>(childrenKey(id)));
  queryClient.setQueryData(childrenKey(id), loaded);
}
