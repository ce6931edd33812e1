// The list of the console's documents goes with the console into the server, which answers what is on it.
import { readFileSync } from 'node:fs';

import type { Plugin } from 'vite';

const list = new URL('../src/gql/persisted-documents.json', import.meta.url);

export function allowList(): Plugin {
  return {
    name: 'allow-list',
    apply: 'build',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'persisted-documents.json', source: readFileSync(list, 'utf8') });
    },
  };
}
