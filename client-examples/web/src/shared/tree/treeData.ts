import { type Children, nodesOf, type TreeOrganization } from './children';

export interface TreeRow {
  key: string;
  organization: TreeOrganization | null;
  /** The organization in whose list the row stands; none for a root. */
  under?: string;
  /** Set on the row that loads the next page of this organization's children, as soon as it is on the screen. */
  moreOf?: { id: string; shown: number; total: number };
  isLeaf: boolean;
  selectable?: boolean;
  children?: TreeRow[];
  'aria-level': number;
  'aria-posinset': number;
  'aria-setsize': number;
}

const morePrefix = 'more:';

export const moreKey = (id: string): string => `${morePrefix}${id}`;

export const idOfMoreKey = (key: string): string | undefined =>
  key.startsWith(morePrefix) ? key.slice(morePrefix.length) : undefined;

/**
 * Rows for the tree. `path` holds what must be seen even when it is not among the loaded pages: the
 * ancestors of the selected organization and itself, outermost first.
 *
 * Level, position and size of the set are written on each row, because the rows that a virtual list
 * leaves out cannot be counted by assistive software.
 */
export function treeRows(
  roots: TreeOrganization[],
  childrenOf: (id: string) => Children | undefined,
  path: TreeOrganization[],
): TreeRow[] {
  const row = (organization: TreeOrganization, level: number, position: number, size: number, under?: string): TreeRow => {
    const children = childrenOf(organization.id);
    return {
      key: organization.id,
      organization,
      under,
      isLeaf: organization.childCount === 0,
      children: children && rowsBelow(organization.id, children, level + 1),
      'aria-level': level,
      'aria-posinset': position,
      'aria-setsize': size,
    };
  };

  const rowsBelow = (id: string, children: Children, level: number): TreeRow[] => {
    const nodes = nodesOf(children);
    const rows = nodes.map((node, index) => row(node, level, index + 1, children.total, id));
    const at = path.findIndex((node) => node.id === id);
    const next = at >= 0 ? path[at + 1] : undefined;
    if (next && children.more && !nodes.some((node) => node.id === next.id)) {
      rows.push(row(next, level, rows.length + 1, children.total, id));
    }
    if (children.more) {
      rows.push({
        key: moreKey(id),
        organization: null,
        moreOf: { id, shown: nodes.length, total: children.total },
        isLeaf: true,
        'aria-level': level,
        'aria-posinset': rows.length + 1,
        'aria-setsize': children.total,
      });
    }
    return rows;
  };

  return roots.map((root, index) => row(root, 1, index + 1, roots.length));
}

export function hasRow(rows: TreeRow[], key: string): boolean {
  return rows.some((row) => row.key === key || (row.children !== undefined && hasRow(row.children, key)));
}
