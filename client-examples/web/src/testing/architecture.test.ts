import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

import { expect, test } from 'vitest';

const root = resolve('src');

function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'gql' ? [] : files(path);
    return /\.(tsx?|css|graphql)$/.test(entry.name) ? [path] : [];
  });
}

const all = files(root);

test('a feature imports from shared and gql only', () => {
  const crossing: string[] = [];
  for (const path of all) {
    const area = /^(features\/\w+|portal|shared)\//.exec(relative(root, path))?.[1];
    if (!area || path.includes('.test.')) continue;
    for (const [, target] of readFileSync(path, 'utf8').matchAll(/from '(\.[^']+)'/g)) {
      const name = relative(root, resolve(dirname(path), target ?? ''));
      const allowed = name.startsWith(area) || name.startsWith('shared') || name.startsWith('gql') || (area === 'shared' && name.startsWith('locales'));
      if (!allowed) crossing.push(`${relative(root, path)} -> ${name}`);
    }
  }
  expect(crossing).toEqual([]);
});

test('no file has more than 400 lines', () => {
  const long = all.filter((path) => path.endsWith('.ts') || path.endsWith('.tsx')).filter((path) => readFileSync(path, 'utf8').split('\n').length > 400);
  expect(long.map((path) => relative(root, path))).toEqual([]);
});

test('nothing is kept in the browser but the language and the chosen organization', () => {
  const uses = all
    .filter((path) => !path.includes('.test.'))
    .flatMap((path) => [...readFileSync(path, 'utf8').matchAll(/(?:local|session)Storage\.setItem\((\w+)/g)].map(([, key]) => key));
  expect(uses.toSorted()).toEqual(['remembered', 'rememberedRoot']);
});
