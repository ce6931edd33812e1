import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import en from './en';
import zh from './zh-CN';

type Texts = { [key: string]: string | Texts };

const flat = (texts: Texts, prefix = ''): string[] =>
  Object.entries(texts).flatMap(([key, value]) => (typeof value === 'string' ? [prefix + key] : flat(value, `${prefix}${key}.`)));

const byNamespace = (bundles: Record<string, Texts>) =>
  Object.fromEntries(Object.entries(bundles).map(([name, texts]) => [name, flat(texts).toSorted()]));

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'gql' ? [] : sources(path);
    return /\.tsx?$/.test(entry.name) && !entry.name.includes('.test.') ? [path] : [];
  });
}

test('both languages have the same texts', () => {
  expect(byNamespace(en)).toEqual(byNamespace(zh));
});

test('every text that is asked for is there', () => {
  const missing: string[] = [];
  for (const path of sources('src')) {
    const source = readFileSync(path, 'utf8');
    // `const { t: name } = useTranslation('namespace')` in any of its forms.
    const namespaces = new Map<string, string>();
    for (const [, name, namespace] of source.matchAll(/\{ t(?:: (\w+))?[^}]*\} = useTranslation\((?:'(\w+)')?\)/g)) {
      namespaces.set(name ?? 't', namespace ?? 'common');
    }
    for (const [name, namespace] of namespaces) {
      const known = new Set(flat((zh as Record<string, Texts>)[namespace] ?? {}));
      for (const [, key] of source.matchAll(new RegExp(`\\b${name}\\('([^']+)'`, 'g'))) {
        if (key && !known.has(key)) missing.push(`${path}: ${namespace}:${key}`);
      }
    }
  }
  expect(missing).toEqual([]);
});

test('no component holds Chinese text', () => {
  const found = sources('src')
    .filter((path) => path.endsWith('.tsx') && !path.endsWith('LanguageSwitch.tsx'))
    .filter((path) => /[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]/.test(readFileSync(path, 'utf8')));
  expect(found).toEqual([]);
});
