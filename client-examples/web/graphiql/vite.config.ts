import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// A build of its own: nothing of it may come into the console's files.
export default defineConfig({
  root: 'graphiql',
  base: '/graphiql/',
  publicDir: false,
  plugins: [react()],
  build: { outDir: '../dist/graphiql', emptyOutDir: true, assetsInlineLimit: 0, modulePreload: { polyfill: false }, chunkSizeWarningLimit: 2000 },
});
