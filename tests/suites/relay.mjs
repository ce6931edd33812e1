// Relay: its compiler takes documents that page through every list of the schema, with
// @connection in a @refetchable fragment, and no list is left out.

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TypeInfo, buildSchema, getNamedType, isObjectType, parse, visit, visitWithTypeInfo } from 'graphql';
import { check, ensure, finish, note } from './report.mjs';

const here = import.meta.dirname ?? new URL('.', import.meta.url).pathname;
const sdl = readFileSync(join(here, '../../schema.graphql'), 'utf8');
const schema = buildSchema(sdl);

/** Every field of the schema that gives a connection. */
function lists() {
  const found = new Set();
  for (const type of Object.values(schema.getTypeMap()).filter(isObjectType)) {
    for (const field of Object.values(type.getFields())) {
      if (getNamedType(field.type).name.endsWith('Connection')) found.add(`${type.name}.${field.name}`);
    }
  }
  return found;
}

/** Those that the documents page through. */
function covered() {
  const found = new Set();
  for (const file of readdirSync(join(here, 'relay')).filter((name) => name.endsWith('.js'))) {
    const text = readFileSync(join(here, 'relay', file), 'utf8');
    for (const [, document] of text.matchAll(/graphql`([^`]*)`/g)) {
      const types = new TypeInfo(schema);
      let refetchable = false;
      const has = (node, name) => node.directives.some((directive) => directive.name.value === name);
      visit(
        parse(document),
        visitWithTypeInfo(types, {
          FragmentDefinition(node) {
            refetchable = has(node, 'refetchable');
          },
          Field(node) {
            if (refetchable && has(node, 'connection')) found.add(`${types.getParentType().name}.${node.name.value}`);
          },
        }),
      );
    }
  }
  return found;
}

const all = lists();
const used = covered();
for (const list of all) note(`list ${list}`, used.has(list) ? '' : 'no document in relay/ pages through it');
await check('every type of connection is given by some field', () => {
  const given = new Set([...all].map((list) => {
    const [type, field] = list.split('.');
    return getNamedType(schema.getType(type).getFields()[field].type).name;
  }));
  const lonely = Object.keys(schema.getTypeMap()).filter((name) => name.endsWith('Connection') && !given.has(name));
  ensure(lonely.length === 0, lonely.join());
});

// The compiler writes beside what it reads, so it gets a folder of its own.
const folder = mkdtempSync(join(tmpdir(), 'banyan-relay-'));
try {
  cpSync(join(here, 'relay'), join(folder, 'src'), { recursive: true });
  writeFileSync(join(folder, 'schema.graphql'), sdl);
  writeFileSync(join(folder, 'persisted.json'), '{}');
  mkdirSync(join(folder, 'artifacts'));
  const config = {
    src: './src',
    schema: './schema.graphql',
    language: 'javascript',
    artifactDirectory: './artifacts',
    eagerEsModules: true,
    persistConfig: { file: './persisted.json', algorithm: 'SHA256' },
    customScalarTypes: { Date: 'string', DateTime: 'string' },
  };
  writeFileSync(join(folder, 'relay.config.json'), JSON.stringify(config));
  await check('relay-compiler', () => {
    const compiled = spawnSync(join(here, 'node_modules/.bin/relay-compiler'), ['--noWatchman', 'relay.config.json'], { cwd: folder, encoding: 'utf8' });
    ensure(compiled.status === 0, `${compiled.stdout}${compiled.stderr}`);
    const operations = Object.values(JSON.parse(readFileSync(join(folder, 'persisted.json'), 'utf8')));
    // One page query a list, the two that begin, two mutations and the stream.
    ensure(operations.length === all.size + 5, `${operations.length} operations for ${all.size} lists`);
    for (const operation of operations) parse(operation);
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
finish();
