// Every statement, written by hand. $1 is the tenant wherever one is needed.
import { readFileSync } from 'node:fs';
import { tenant } from '../scope.js';

const PERSON = 'p.id, p.name, p.stage, p.birth_date AS "birthDate", p.joined_on AS "joinedOn", p.sex, p.education, p.version, p.organization_id, p.path, p.name_key';
const ORGANIZATION = 'o.id, o.name, o.path, o.tree_order, o.parent_id';

const statement = (name, text, inOrder = false) => ({ name, text, inOrder });

export const person = statement('person', `SELECT ${PERSON} FROM people p WHERE p.tenant_id = $1 AND p.id = $2`);
export const organization = statement('organization', `SELECT ${ORGANIZATION} FROM organizations o WHERE o.tenant_id = $1 AND o.id = $2`);
export const organizations = statement('organizations', `SELECT ${ORGANIZATION} FROM organizations o WHERE o.tenant_id = $1 AND o.id = ANY ($2::uuid[])`);

// Keyset pages. Without a name, so that each is planned for its own range: a plan for any range reads the
// whole municipality to sort it. In the order of the tree the page goes from organization to organization and takes the
// people of each, unless a name finds them first.
const ORDERS = {
  TREE: { columns: ['o.tree_order', 'p.name_key', 'p.id'], types: ['text', 'text', 'uuid'], key: (row) => [row.tree_order, row.name_key, row.id] },
  NAME: { columns: ['p.name_key', 'p.id'], types: ['text', 'uuid'], key: (row) => [row.name_key, row.id] },
};
const PLACES = 'o.tree_order >= $1 COLLATE "C" AND o.tree_order < $2 COLLATE "C"';
const PATHS = 'p.path >= $1 COLLATE "C" AND p.path < $2 COLLATE "C"';

export function page({ top, order, after, stages, name, limit }) {
  const { columns, types, key } = ORDERS[order];
  const walks = order === 'TREE' && !name;
  const start = walks ? top.tree_order : top.path;
  const values = [start, `${start}~`, limit];
  const bind = (value) => `$${values.push(value)}`;
  const who = [stages ? `p.stage = ANY (${bind(stages)}::text[])` : "p.stage <> 'left'"];
  if (name && /^[a-z]+$/.test(name)) {
    const [from, to] = [bind(name), bind(`${name}~`)];
    who.push(`(p.name_initials >= ${from} AND p.name_initials < ${to} OR p.name_pinyin >= ${from} AND p.name_pinyin < ${to})`);
  } else if (name) {
    const characters = [...name];
    const grams = characters.length === 1 ? characters : characters.slice(1).map((second, at) => characters[at] + second);
    who.push(`p.tenant_id = ${bind(tenant)} AND p.id = ANY (ARRAY (SELECT people_named(${bind(grams)}::text[], $1, $2)))`);
  }
  const beyond = [];
  if (after) {
    const parts = JSON.parse(Buffer.from(after, 'base64url'));
    beyond.push(`(${columns}) > (${parts.map((part, at) => `${bind(part)}::${types[at]}`)})`);
    if (walks) beyond.push(`o.tree_order >= ${bind(parts[0])}`);
  }
  let from;
  if (walks) {
    const people = `SELECT ${PERSON} FROM people p WHERE p.path = o.path AND ${who.join(' AND ')} ORDER BY p.name_key, p.id`;
    from = `o.tree_order, p.* FROM organizations o CROSS JOIN LATERAL (${after ? people : `${people} LIMIT $3`}) p`;
    beyond.unshift(PLACES);
  } else if (order === 'TREE') {
    from = `o.tree_order, p.* FROM (SELECT ${PERSON} FROM people p WHERE ${[PATHS, ...who].join(' AND ')} OFFSET 0) p JOIN organizations o ON o.path = p.path`;
  } else {
    from = `${PERSON} FROM people p`;
    beyond.unshift(PATHS, ...who);
  }
  const where = beyond.length > 0 ? ` WHERE ${beyond.join(' AND ')}` : '';
  const text = `SELECT ${from}${where} ORDER BY ${columns} LIMIT $3`;
  return { statement: { text, inOrder: walks }, values, cursor: (row) => Buffer.from(JSON.stringify(key(row))).toString('base64url') };
}

export const byPath = statement('by-path', `SELECT ${ORGANIZATION} FROM organizations o WHERE o.tenant_id = $1 AND o.path = ANY ($2::text[])`);
export const children = statement(
  'children',
  `SELECT above.place, o.* FROM unnest($2::uuid[]) WITH ORDINALITY AS above (id, place)
   CROSS JOIN LATERAL (
       SELECT ${ORGANIZATION}, o.sort_order FROM organizations o
       WHERE o.tenant_id = $1 AND o.parent_id = above.id AND o.status = 'active'
       ORDER BY o.sort_order, o.id LIMIT $3
   ) AS o ORDER BY above.place, o.sort_order, o.id`,
);
export const members = statement(
  'members',
  `SELECT span.place, p.* FROM unnest($1::text[]) WITH ORDINALITY AS span (tree_order, place)
   CROSS JOIN LATERAL (
       SELECT o.tree_order, p.* FROM organizations o
       CROSS JOIN LATERAL (
           SELECT ${PERSON} FROM people p
           WHERE p.path = o.path AND p.stage IN ('probationary', 'full')
           ORDER BY p.name_key, p.id LIMIT $2
       ) AS p
       WHERE o.tree_order >= span.tree_order AND o.tree_order < span.tree_order || '~'
       ORDER BY o.tree_order, p.name_key, p.id LIMIT $2
   ) AS p ORDER BY span.place, p.tree_order, p.name_key, p.id`,
  true,
);
export const counts = statement(
  'counts',
  `SELECT span.place, c.* FROM unnest($1::text[]) WITH ORDINALITY AS span (path, place)
   CROSS JOIN LATERAL (
       SELECT coalesce(sum(full_members + probationary), 0)::int AS members, coalesce(sum(full_members), 0)::int AS full,
              coalesce(sum(probationary), 0)::int AS probationary, coalesce(sum(candidates), 0)::int AS candidates,
              coalesce(sum(activists), 0)::int AS activists, coalesce(sum(applicants), 0)::int AS applicants,
              coalesce(sum(women), 0)::int AS women, coalesce(sum(minority), 0)::int AS minority,
              coalesce(sum(college_and_above), 0)::int AS "collegeAndAbove"
       FROM organization_counts WHERE path >= span.path AND path < span.path || '~'
   ) AS c ORDER BY span.place`,
);
export const liveCounts = statement(
  'live-counts',
  `SELECT span.place, c.* FROM unnest($1::text[]) WITH ORDINALITY AS span (path, place)
   CROSS JOIN LATERAL (
       SELECT (count(*) FILTER (WHERE stage IN ('full', 'probationary')))::int AS members,
              (count(*) FILTER (WHERE stage = 'full'))::int AS full,
              (count(*) FILTER (WHERE stage = 'probationary'))::int AS probationary,
              (count(*) FILTER (WHERE stage = 'candidate'))::int AS candidates,
              (count(*) FILTER (WHERE stage = 'activist'))::int AS activists,
              (count(*) FILTER (WHERE stage = 'applicant'))::int AS applicants,
              (count(*) FILTER (WHERE stage IN ('full', 'probationary') AND sex = '2'))::int AS women,
              (count(*) FILTER (WHERE stage IN ('full', 'probationary') AND ethnic_group <> '01'))::int AS minority
       FROM people WHERE path >= span.path AND path < span.path || '~'
   ) AS c ORDER BY span.place`,
);
export const codes = statement('codes', "SELECT * FROM codes WHERE table_name IN ('sex', 'education')");
export const add = statement(
  'add',
  readFileSync(new URL('add.sql', import.meta.url), 'utf8'),
);
