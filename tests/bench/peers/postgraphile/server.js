// PostGraphile on its own: Amber's preset, names for the relations, and the functions of functions.sql.
import { createServer } from 'node:http';
import { postgraphile } from 'postgraphile';
import { makePgService } from 'postgraphile/adaptors/pg';
import { grafserv } from 'postgraphile/grafserv/node';
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber';
import { makeJSONPgSmartTagsPlugin } from 'postgraphile/utils';
import { connections, database, port, settings } from '../scope.js';

const tags = makeJSONPgSmartTagsPlugin({
  version: 1,
  config: {
    constraint: {
      'public.people.people_organization_fkey': { tags: { fieldName: 'organization', foreignFieldName: 'ownPeople' } },
      'public.organizations.organizations_parent_fkey': { tags: { fieldName: 'superior', foreignFieldName: 'children' } },
    },
    procedure: {
      'public.organizations_ancestors': { tags: { behavior: '-connection +list' } },
    },
  },
});

const preset = {
  extends: [PostGraphileAmberPreset],
  plugins: [tags],
  // The order of children and of people is asked for by columns that no index begins with.
  disablePlugins: ['PgIndexBehaviorsPlugin'],
  pgServices: [makePgService({ poolConfig: { ...database, max: connections, min: connections, idleTimeoutMillis: 0 }, schemas: ['public'] })],
  grafserv: { graphqlPath: '/graphql', graphiql: false, watch: false },
  grafast: { explain: false, context: () => ({ pgSettings: settings }) },
};

const server = createServer();
await postgraphile(preset).createServ(grafserv).addTo(server);
server.listen(port, '127.0.0.1');
