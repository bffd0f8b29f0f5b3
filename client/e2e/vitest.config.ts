import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Tests in a real Chromium against the built client and the real binary, one file after another. */
export default defineConfig({
  root: resolve(import.meta.dirname, '..'),
  test: {
    include: ['e2e/**/*.e2e.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
