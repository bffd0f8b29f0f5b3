import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

/** `npm run pictures` takes the documentation's pictures anew. */
export default defineConfig({
  root: resolve(import.meta.dirname, '..'),
  test: { include: ['e2e/pictures.ts'], testTimeout: 120_000, hookTimeout: 60_000 },
});
