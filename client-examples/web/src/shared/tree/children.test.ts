import { beforeEach, expect, test, vi } from 'vitest';

import { queryClient } from '../api/queries';
import { type Children, childrenKey, comesOnScreen, loadChildren, loadMoreChildren, nodesOf } from './children';

/** What the server has below `root`, in its order, and which pages it was asked for. */
let server: string[] = [];
let asked: (string | null)[] = [];

const answer = (after: string | null, first: number) => {
  const from = after === null ? 0 : server.findIndex((id) => id > after);
  const ids = from < 0 ? [] : server.slice(from, from + first);
  const nodes = ids.map((id) => ({ id, name: id, shortName: null, childCount: 0, holdsMembers: true, counts: { members: 0 } }));
  const pageInfo = { hasNextPage: from >= 0 && from + first < server.length, endCursor: ids.at(-1) ?? null };
  return { data: { node: { __typename: 'Organization', id: 'root', children: { nodes, pageInfo, totalCount: server.length } } } };
};

const id = (number: number) => `o${String(number).padStart(5, '0')}`;
const cached = () => queryClient.getQueryData<Children>(childrenKey('root'));
const ids = () => nodesOf(cached() as Children).map((node) => node.id);
const refresh = async () => queryClient.setQueryData(childrenKey('root'), await loadChildren('root'));
const settled = () => vi.waitFor(() => expect(cached()?.pages.some(({ stale }) => stale)).toBe(false));

beforeEach(async () => {
  queryClient.clear();
  server = Array.from({ length: 1000 }, (_, number) => id(number * 2));
  vi.stubGlobal('fetch', (_: string, { body }: { body: string }) => {
    const { after, first } = (JSON.parse(body) as { variables: { after: string | null; first: number } }).variables;
    asked.push(after);
    return Promise.resolve(new Response(JSON.stringify(answer(after, first)), { headers: { 'content-type': 'application/json' } }));
  });
  await refresh();
  for (let page = 1; page < 10; page += 1) await loadMoreChildren('root');
  asked = [];
});

test('all pages of a long list are loaded one by one, and then no more', async () => {
  expect(ids()).toEqual(server);
  expect(cached()).toMatchObject({ more: false, total: 1000 });
  await loadMoreChildren('root');
  expect(asked).toEqual([]);
});

test('two who ask for more at once get it once', async () => {
  queryClient.clear();
  await refresh();
  asked = [];
  await Promise.all([loadMoreChildren('root'), loadMoreChildren('root')]);
  expect(asked).toHaveLength(1);
  expect(ids()).toEqual(server.slice(0, 200));
});

test('a change loads the pages anew that somebody looks at, and the others when they are looked at', async () => {
  const leave = [id(598), id(600)].map((row) => comesOnScreen(row, 'root'));
  server = server.filter((row) => row !== id(400) && row !== id(1000));
  server.splice(server.indexOf(id(500)) + 1, 0, id(501));
  await refresh();
  // Rows 299 and 300: the end of the third page and the beginning of the fourth.
  expect(asked).toEqual([id(398), id(598)]);
  expect(ids()).toContain(id(501));
  expect(ids()).not.toContain(id(400));
  // Nobody looked at the sixth page.
  expect(ids()).toContain(id(1000));
  asked = [];
  const away = comesOnScreen(id(1002), 'root');
  await vi.waitFor(() => expect(ids()).not.toContain(id(1000)));
  expect(asked.length).toBeLessThanOrEqual(2);
  for (const gone of [...leave, away]) gone();
});

test('after a walk over the whole list it is what the server has, whatever was put in and taken out', async () => {
  server = server.filter((_, number) => number % 7 !== 3);
  server.splice(150, 0, `${server[149]}a`, `${server[149]}b`);
  await refresh();
  for (let walk = 0; walk < 3; walk += 1) {
    for (const row of ids()) {
      comesOnScreen(row, 'root')();
      await vi.waitFor(() => expect(cached()?.pages.some(({ stale, nodes }) => stale && nodes.some((node) => node.id === row))).toBe(false));
    }
  }
  await settled();
  expect(ids()).toEqual(server);
  expect(cached()?.total).toBe(server.length);
});
