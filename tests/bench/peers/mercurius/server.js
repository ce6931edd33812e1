// Mercurius as someone would write it who knows it well: compiled queries, loaders, prepared statements sent
// without waiting for one another, keyset pages, one transaction a request.
import { readFileSync } from 'node:fs';
import Fastify from 'fastify';
import mercurius from 'mercurius';
import { port, tenant } from '../scope.js';
import { newPerson } from './person.js';
import { Session } from './session.js';
import * as sql from './statements.js';

const first = async (session, statement, values) => (await session.rows(statement, values))[0] ?? null;

// The code tables are read once, as ours are compiled in.
const names = new Map();
const code = (table, value) => value && { code: value, name: names.get(`${table}/${value}`) };

// Answers of one statement for all objects, by the place of each.
function spread(queries, rows) {
  const answers = queries.map(() => []);
  for (const row of rows) answers[Number(row.place) - 1].push(row);
  return answers;
}

// The paths of those above, the highest first: a path is made of labels of three characters.
const above = (path) => Array.from({ length: path.length / 3 - 1 }, (_, at) => path.slice(0, 3 * (at + 1)));

const paths = (queries) => queries.map(({ obj }) => obj.path);
const places = (queries) => queries.map(({ obj }) => obj.tree_order);
const limit = (queries) => Math.min(queries[0].params.first, 200);

async function byId(queries, { session }, id) {
  const ids = [...new Set(queries.map(({ obj }) => id(obj)).filter(Boolean))];
  const found = new Map();
  if (ids.length > 0) for (const row of await session.rows(sql.organizations, [tenant, ids])) found.set(row.id, row);
  return queries.map(({ obj }) => found.get(id(obj)) ?? null);
}

const resolvers = {
  Query: {
    person: (_, { id }, { session }) => first(session, sql.person, [tenant, id]),
    organization: (_, { id }, { session }) => first(session, sql.organization, [tenant, id]),
    async people(_, { under, first: wanted, after, name, stages, orderBy }, { session }) {
      const top = await first(session, sql.organization, [tenant, under]);
      if (!top) throw new mercurius.ErrorWithProps('not found');
      const limit = Math.min(wanted, 200);
      const page = sql.page({ top, order: orderBy, after, stages, name, limit: limit + 1 });
      const rows = await session.rows(page.statement, page.values);
      const hasNextPage = rows.length > limit;
      if (hasNextPage) rows.pop();
      return { nodes: rows, pageInfo: { hasNextPage, endCursor: rows.length > 0 ? page.cursor(rows.at(-1)) : null } };
    },
  },
  Mutation: {
    personAdd: (_, { input }, { session }) => first(session, sql.add, newPerson(input)),
  },
  Person: {
    sex: ({ sex }) => code('sex', sex),
    education: ({ education }) => code('education', education),
  },
};

// A key for a cache would cost more than the rows: the same organization is asked for once all the same.
const uncached = { cache: false };
const loaders = {
  Person: {
    organization: { loader: (queries, context) => byId(queries, context, (person) => person.organization_id), opts: uncached },
  },
  Organization: {
    superior: { loader: (queries, context) => byId(queries, context, (organization) => organization.parent_id), opts: uncached },
    ancestors: {
      async loader(queries, { session }) {
        const wanted = queries.map(({ obj }) => above(obj.path));
        const rows = await session.rows(sql.byPath, [tenant, [...new Set(wanted.flat())]]);
        const found = new Map(rows.map((row) => [row.path, row]));
        return wanted.map((paths) => paths.map((path) => found.get(path)).filter(Boolean));
      },
      opts: uncached,
    },
    children: {
      loader: async (queries, { session }) =>
        spread(queries, await session.rows(sql.children, [tenant, queries.map(({ obj }) => obj.id), limit(queries)])),
      opts: uncached,
    },
    members: {
      loader: async (queries, { session }) => spread(queries, await session.rows(sql.members, [places(queries), limit(queries)])),
      opts: uncached,
    },
    counts: { loader: async (queries, { session }) => session.rows(sql.counts, [paths(queries)]), opts: uncached },
    liveCounts: { loader: async (queries, { session }) => session.rows(sql.liveCounts, [paths(queries)]), opts: uncached },
  },
};

const app = Fastify();
await app.register(mercurius, {
  schema: readFileSync(new URL('schema.graphql', import.meta.url), 'utf8'),
  resolvers,
  loaders,
  jit: 1,
  context: () => ({ session: null }),
});

app.graphql.addHook('preExecution', async (_schema, document, context) => {
  const { operation } = document.definitions.find(({ kind }) => kind === 'OperationDefinition');
  context.session = await Session.begin(operation);
});
app.graphql.addHook('onResolution', async (execution, { session }) => session?.end(Boolean(execution.errors?.length)));

const session = await Session.begin('query');
for (const row of await session.rows(sql.codes, [])) names.set(`${row.table_name}/${row.code}`, row.name_zh);
await session.end(false);
await app.listen({ host: '127.0.0.1', port });
