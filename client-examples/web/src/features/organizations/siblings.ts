import { SiblingsDocument, type SiblingsQuery } from '../../gql/graphql';
import { gqlFetch } from '../../shared/api/gqlFetch';
import { nodeOf } from '../../shared/api/nodeOf';

export interface Sibling {
  id: string;
  name: string;
  version: number;
}

const page = 100;

/** All of them: "one up" needs to know who stands before, wherever that is. */
export async function listSiblings(superior: string): Promise<Sibling[]> {
  const siblings: Sibling[] = [];
  let after: string | null | undefined = null;
  do {
    const answer: SiblingsQuery = await gqlFetch(SiblingsDocument, { superior, first: page, after });
    const children = nodeOf(answer.node, 'Organization')?.children;
    siblings.push(...(children?.nodes ?? []));
    after = children?.pageInfo.hasNextPage ? children.pageInfo.endCursor : null;
  } while (after);
  return siblings;
}

/**
 * The sibling after which the organization has to be put to go one place up or down: null for the
 * first place, undefined when it is at that end already.
 */
export function neighbour(siblings: readonly { id: string }[], id: string, step: 'up' | 'down'): string | null | undefined {
  const at = siblings.findIndex((sibling) => sibling.id === id);
  if (at < 0) return undefined;
  if (step === 'down') return siblings[at + 1]?.id;
  if (at === 0) return undefined;
  return siblings[at - 2]?.id ?? null;
}
