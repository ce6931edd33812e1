// @graphql-eslint over schema.graphql: its recommended rules and those of Relay, a description at
// everything, and bounds for plain lists (API06). Each exception says why, and one that is not
// needed any more fails.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import graphqlPlugin from '@graphql-eslint/eslint-plugin';
import { ESLint } from 'eslint';
import { buildSchema, getNamedType, isListType, isNonNullType, isObjectType, parse, visit } from 'graphql';
import { finish, note } from './report.mjs';

const here = import.meta.dirname ?? new URL('.', import.meta.url).pathname;
const root = join(here, '../..');
const sdl = readFileSync(join(root, 'schema.graphql'), 'utf8');

// Types without a global id.
const withoutId = {
  suffixes: [
    'Connection', // where a list stands for one reader, nothing that is kept
    'Edge', // a place in such a list; its identity is the cursor
    'Payload', // the outcome of one request
  ],
  types: [
    'PageInfo', // part of a connection
    'UserError', // part of a payload
    'Change', // a moment of a live stream; what it speaks of has an id
    'Server', // there is one
    'Viewer', // there is one a request; the account in it has an id
    'Policy', // there is one a tenant, and a viewer has one tenant
    'RosterEntry', // a line to be handed out; the person and the account in it have ids
    // Values of published tables: the code is the identity, the same on every server.
    'Code',
    'CodeAttribute',
    'CodeTable',
    'Division',
    // Parts of one thing, read with it and never alone.
    'JobProgress',
    'JournalChange',
    'Masked',
    'OrganizationPastState',
    'OrganizationWarning',
    'PersonAccess',
    'Photo',
    'UnmaskedValue',
    // Counted for the one who asks.
    'CountByCode',
    'CountByStage',
    'MemberCounts',
    'MemberOverview',
    'OrganizationOverview',
  ],
};

// Single findings that stay: [rule, place, why].
const exceptions = [
  ['no-typename-prefix', 'Code.code', 'what national standards and both languages call it; `Code.value` would say less'],
  ['relay-edge-types', 'CodeEdge', 'Code is a value without a global id, see above'],
  ['relay-edge-types', 'CodeTableEdge', 'CodeTable is a value without a global id, see above'],
  ['relay-edge-types', 'DivisionEdge', 'Division is a value without a global id, see above'],
  ['relay-edge-types', 'PersonAccessEdge', 'a part of its person, without a global id, see above'],
  ['relay-edge-types', 'RosterEdge', 'a line to be handed out, without a global id, see above'],
  ['relay-edge-types', 'OrganizationPastStateEdge', 'a part of its organization, without a global id, see above'],
];

// Plain lists, which are read whole, and what keeps them short (API06).
const bounded = {
  'Account.flags': 'one a kind of flag',
  'Account.keys': 'at most 10, by a rule of the server',
  'Account.sessions': 'the 50 newest',
  'Account.invitations': 'at most one: another takes the place of the one before',
  'Account.grants': 'at most 20 run at a time, by a rule of the server',
  'Code.attributes': 'columns of one table, fixed with the program',
  'Grant.permissions': 'one a right',
  'JournalEntry.changes': 'fields of one thing',
  'Lookup.fields': 'one a masked field, four',
  'MemberOverview.byStage': 'one a stage',
  'MemberOverview.bySex': 'one a code of a closed table',
  'MemberOverview.byEthnicGroup': 'one a code of a closed table, GB/T 3304',
  'MemberOverview.byAgeBand': 'one a bracket of the reports',
  'MemberOverview.byEducation': 'one a column of the reports',
  'Organization.ancestors': 'levels of the tree, a dozen at most',
  'Organization.mayContain': 'kinds, a closed table',
  'Organization.may': 'one a right',
  'Unit.may': 'one a right',
  'OrganizationOverview.byKind': 'one a code of a closed table',
  'Person.may': 'one a right',
  'Organization.attachments': 'at most 10 of one record, by a rule of the server',
  'Person.attachments': 'at most 10 of one record, by a rule of the server',
  'Organization.warnings': 'at most one of each code',
  'Organization.units': 'at most 20 of one organization, by a rule of the server',
  'Organization.leadershipTerms': 'the thirty newest of one organization',
  'LeadershipTerm.posts': 'at most 60 of one term, by a rule of the server',
  'LeadershipPost.may': 'one a right',
  'Person.posts': 'the fifty newest of one person',
  'Query.claimCodes': 'at most 10 run at one organization, by a rule of the server',
  'RosterEntry.flags': 'one a kind of flag',
  'UnmaskPayload.values': 'one a masked field, three',
  'UserError.path': 'steps into the arguments',
  'Viewer.grants': 'at most 20 run at a time, by a rule of the server',
  'Viewer.roots': 'not more than grants',
  'Viewer.permissions': 'one a right',
  'Viewer.sleeping': 'one a role',
};

const rule = (name) => `@graphql-eslint/${name}`;

const eslint = new ESLint({
  cwd: root,
  overrideConfigFile: true,
  overrideConfig: [
    {
      files: ['**/*.graphql'],
      languageOptions: { parser: graphqlPlugin.parser, parserOptions: { graphQLConfig: { schema: join(root, 'schema.graphql') } } },
      plugins: { '@graphql-eslint': graphqlPlugin },
      rules: {
        ...graphqlPlugin.configs['flat/schema-recommended'].rules,
        ...graphqlPlugin.configs['flat/schema-relay'].rules,
        [rule('strict-id-in-types')]: ['error', { exceptions: withoutId }],
        // Plain lists are judged below, one by one; `nodes` repeats what the edges have.
        [rule('relay-edge-types')]: ['error', { listTypeCanWrapOnlyEdgeType: false }],
        [rule('require-description')]: [
          'error',
          {
            types: true,
            rootField: true,
            FieldDefinition: true,
            InputValueDefinition: true,
            EnumValueDefinition: true,
            DirectiveDefinition: true,
            // @include, @skip and @specifiedBy come from the specification.
            ignoredSelectors: ['[type=InputValueDefinition][parent.kind=DirectiveDefinition]'],
          },
        ],
        [rule('require-deprecation-reason')]: 'error',
        [rule('require-deprecation-date')]: 'error',
        [rule('no-scalar-result-type-on-mutation')]: 'error',
        [rule('unique-type-names')]: 'error',
      },
    },
  ],
});

/** What stands at a line: `Type` or `Type.field`. */
function places() {
  const at = new Map();
  const stack = [];
  const named = new Set(['ObjectTypeDefinition', 'InterfaceTypeDefinition', 'InputObjectTypeDefinition', 'EnumTypeDefinition', 'ScalarTypeDefinition', 'UnionTypeDefinition', 'DirectiveDefinition', 'FieldDefinition', 'InputValueDefinition', 'EnumValueDefinition']);
  visit(parse(sdl), {
    enter(node) {
      if (!named.has(node.kind)) return;
      stack.push(node.name.value);
      at.set(node.name.loc.startToken.line, stack.join('.'));
    },
    leave(node) {
      if (named.has(node.kind)) stack.pop();
    },
  });
  return at;
}

const [result] = await eslint.lintFiles(['schema.graphql']);
const at = places();
const unused = new Set(exceptions);
const byRule = new Map(Object.keys((await eslint.calculateConfigForFile('schema.graphql')).rules).map((name) => [name, []]));
for (const found of result.messages) {
  const place = at.get(found.line) ?? `line ${found.line}`;
  const exception = exceptions.find(([name, where]) => found.ruleId === rule(name) && where === place);
  if (exception) unused.delete(exception);
  else (byRule.get(found.ruleId) ?? byRule.set(found.ruleId, []).get(found.ruleId)).push(`${place}: ${found.message}`);
}
for (const [name, findings] of byRule) note(name, findings.join('\n  '));
for (const [name, where] of unused) note(`exception ${name} at ${where}`, 'nothing needs it any more');

const schema = buildSchema(sdl);
const types = Object.values(schema.getTypeMap()).filter((type) => isObjectType(type) && !type.name.startsWith('__'));
for (const name of withoutId.types) note(`exception for type ${name}`, schema.getType(name) ? '' : 'no such type any more');

const plain = new Set();
for (const type of types) {
  const connection = type.name.endsWith('Connection');
  for (const field of Object.values(type.getFields())) {
    const shape = isNonNullType(field.type) ? field.type.ofType : field.type;
    const place = `${type.name}.${field.name}`;
    if (isListType(shape)) {
      if (connection && ['edges', 'nodes'].includes(field.name)) continue;
      if (type.name.endsWith('Payload') && field.name === 'userErrors') continue;
      plain.add(place);
      note(`list ${place}`, bounded[place] ? '' : 'neither a connection nor known to be short');
    } else if (getNamedType(shape).name.endsWith('Connection')) {
      const missing = ['first', 'after', 'last', 'before'].filter((name) => !field.args.some((argument) => argument.name === name));
      note(`pages of ${place}`, missing.length > 0 ? `without ${missing.join(', ')}` : '');
    }
  }
}
for (const place of Object.keys(bounded)) note(`short list ${place}`, plain.has(place) ? '' : 'no such list any more');
finish();
