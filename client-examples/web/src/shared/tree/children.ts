import { type FragmentType, readFragment } from '../../gql';
import { OrgTreeChildrenDocument, type OrgTreeNodeFragment, OrgTreeNodeFragmentDoc } from '../../gql/graphql';
import { gqlFetch } from '../api/gqlFetch';
import { nodeOf } from '../api/nodeOf';
import { queryClient } from '../api/queries';

export type TreeOrganization = OrgTreeNodeFragment;

export interface Page {
  /** Where it begins: behind the last row of the page before. */
  after: string | null;
  end: string | null;
  nodes: TreeOrganization[];
  /** Something changed since, and nobody looks at it: loaded anew when somebody does. */
  stale: boolean;
}

export interface Children {
  pages: Page[];
  more: boolean;
  total: number;
}

export const pageOfChildren = 100;

export const childrenKey = (id: string) => ['organizations', 'tree', id];

/** The rows of all pages. What moved from one page to the next is on both until both are loaded anew, and counts once. */
export function nodesOf({ pages }: Children): TreeOrganization[] {
  const seen = new Set<string>();
  return pages.flatMap((page) => page.nodes).filter(({ id }) => !seen.has(id) && seen.add(id));
}

const read = (node: FragmentType<typeof OrgTreeNodeFragmentDoc>) => readFragment(OrgTreeNodeFragmentDoc, node);

interface Loaded {
  page: Page;
  more: boolean;
  total: number;
}

async function load(id: string, after: string | null): Promise<Loaded> {
  const answer = await gqlFetch(OrgTreeChildrenDocument, { id, first: pageOfChildren, after });
  const children = nodeOf(answer.node, 'Organization')?.children;
  return {
    page: { after, end: children?.pageInfo.endCursor ?? null, nodes: (children?.nodes ?? []).map(read), stale: false },
    more: children?.pageInfo.hasNextPage ?? false,
    total: children?.totalCount ?? 0,
  };
}

/** A page in its place; where it ends elsewhere than before, the next one begins there and is not what it was. */
export function withPage(children: Children, at: number, { page, more, total }: Loaded): Children {
  // Nothing follows any more: what came behind is gone.
  if (!more) return { pages: [...children.pages.slice(0, at), page], more: false, total };
  const pages = children.pages.map((known, index) => {
    if (index === at) return page;
    return index === at + 1 && known.after !== page.end ? { ...known, after: page.end, stale: true } : known;
  });
  if (at === pages.length) pages.push(page);
  return { pages, more: at >= pages.length - 1 ? more : children.more, total };
}

/** The rows that are on the screen now, each in so many trees; of a long list only these are in the document. */
const onScreen = new Map<string, number>();

const isSeen = (page: Page) => page.nodes.some(({ id }) => onScreen.has(id));

/**
 * After a change, only the pages that somebody looks at are loaded anew, however many had been opened: a screen shows rows
 * of two of them at most. The others wait until they are scrolled to.
 */
export async function loadChildren(id: string): Promise<Children> {
  const before = queryClient.getQueryData<Children>(childrenKey(id));
  if (!before || before.pages.length === 0) {
    const { page, more, total } = await load(id, null);
    return { pages: [page], more, total };
  }
  const seen = before.pages.flatMap((page, index) => (isSeen(page) ? [index] : []));
  let now: Children = { ...before, pages: before.pages.map((page) => ({ ...page, stale: true })) };
  for (const at of seen.length > 0 ? seen : [0]) {
    const page = now.pages[at];
    // Fewer pages than before.
    if (!page) break;
    now = withPage(now, at, await load(id, page.after));
  }
  return now;
}

/** One request at a time for each list. */
const underWay = new Set<string>();

async function alone(id: string, work: (children: Children) => Promise<Children>): Promise<void> {
  const children = queryClient.getQueryData<Children>(childrenKey(id));
  if (!children || underWay.has(id) || queryClient.isFetching({ queryKey: childrenKey(id) }) > 0) return;
  underWay.add(id);
  try {
    queryClient.setQueryData(childrenKey(id), await work(children));
  } finally {
    underWay.delete(id);
  }
}

export const loadMoreChildren = (id: string): Promise<void> =>
  alone(id, async (children) =>
    children.more ? withPage(children, children.pages.length, await load(id, children.pages.at(-1)?.end ?? null)) : children,
  );

/** A row comes onto the screen; the answer says when it has left. What is stale of its page is loaded anew. */
export function comesOnScreen(id: string, under: string | undefined): () => void {
  onScreen.set(id, (onScreen.get(id) ?? 0) + 1);
  const at = under ? stalePage(under, id) : -1;
  if (under && at >= 0) {
    void alone(under, async (children) => withPage(children, at, await load(under, children.pages[at]?.after ?? null))).catch(() => undefined);
  }
  return () => {
    const left = (onScreen.get(id) ?? 1) - 1;
    if (left > 0) onScreen.set(id, left);
    else onScreen.delete(id);
  };
}

function stalePage(under: string, id: string): number {
  const pages = queryClient.getQueryData<Children>(childrenKey(under))?.pages ?? [];
  return pages.findIndex((page) => page.stale && page.nodes.some((node) => node.id === id));
}
