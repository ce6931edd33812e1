import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: 'e2e',
    environment: 'node',
    include: ['**/*.e2e.ts'],
    globalSetup: ['server.ts'],
    // One server and one browser; the specs make things that others would see.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 15_000 } },
  },
});
