import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

import { allowList } from './build/allowList.ts';
import { antdCss, stylesWithoutElements } from './build/antdCss.ts';

const server = 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react(), allowList(), antdCss(), stylesWithoutElements()],
  server: {
    port: 5173,
    proxy: { '/graphql': server, '/session': server },
  },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1100,
  },
  test: {
    projects: [
      { extends: true, test: { name: 'logic', environment: 'node', include: ['src/**/*.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'components',
          environment: 'jsdom',
          include: ['src/**/*.test.tsx'],
          setupFiles: ['src/testing/setup.ts'],
          testTimeout: 15_000,
        },
      },
    ],
  },
});
