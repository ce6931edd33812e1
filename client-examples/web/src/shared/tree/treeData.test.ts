import { expect, test } from 'vitest';

import type { Children, TreeOrganization } from './children';
import { hasRow, idOfMoreKey, moreKey, treeRows } from './treeData';

const node = (id: string, childCount = 0): TreeOrganization => ({
  id,
  name: id,
  shortName: null,
  kind: { code: '611', name: '党委' },
  childCount,
  holdsMembers: false,
  counts: { members: 0 },
});

const children = (ids: string[], total = ids.length): Children => ({
  pages: [{ after: null, end: null, nodes: ids.map((id) => node(id)), stale: false }],
  more: total > ids.length,
  total,
});

test('rows say their level, position and the size of their set', () => {
  const [root] = treeRows([node('root', 2)], (id) => (id === 'root' ? children(['a', 'b']) : undefined), []);
  expect(root).toMatchObject({ 'aria-level': 1, 'aria-posinset': 1, 'aria-setsize': 1 });
  expect(root?.children?.[1]).toMatchObject({ key: 'b', 'aria-level': 2, 'aria-posinset': 2, 'aria-setsize': 2 });
});

test('a long list ends with a row that loads more and counts all siblings', () => {
  const [root] = treeRows([node('root', 5000)], (id) => (id === 'root' ? children(['a', 'b'], 5000) : undefined), []);
  expect(root?.children?.map(({ key }) => key)).toEqual(['a', 'b', moreKey('root')]);
  expect(root?.children?.[2]?.moreOf).toEqual({ id: 'root', shown: 2, total: 5000 });
  expect(root?.children?.[0]?.['aria-setsize']).toBe(5000);
});

test('the selected organization is seen even when its page is not loaded', () => {
  const path = [node('root', 5000), node('far')];
  const [root] = treeRows([node('root', 5000)], (id) => (id === 'root' ? children(['a'], 5000) : undefined), path);
  expect(root?.children?.map(({ key }) => key)).toEqual(['a', 'far', moreKey('root')]);
});

test('the selected organization does not stand twice', () => {
  const path = [node('root', 5000), node('a')];
  const [root] = treeRows([node('root', 5000)], (id) => (id === 'root' ? children(['a'], 5000) : undefined), path);
  expect(root?.children?.map(({ key }) => key)).toEqual(['a', moreKey('root')]);
});

test('an organization with children can be opened before they are loaded', () => {
  const [root] = treeRows([node('root', 3)], () => undefined, []);
  expect(root).toMatchObject({ isLeaf: false, children: undefined });
});

test('a row is found at any depth, once it is loaded', () => {
  const rows = treeRows([node('root', 1)], (id) => (id === 'root' ? children(['a']) : undefined), []);
  expect(hasRow(rows, 'a')).toBe(true);
  expect(hasRow(rows, 'b')).toBe(false);
});

test('the key of the row that loads more names the parent', () => {
  expect(idOfMoreKey(moreKey('x'))).toBe('x');
  expect(idOfMoreKey('x')).toBeUndefined();
});
