import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import { inventory } from './build/inventory.ts';
import { layout } from './build/layout.ts';
import { sizes } from './build/sizes.ts';
import { subresourceIntegrity } from './build/subresource-integrity.ts';

const here = (path: string) => resolve(import.meta.dirname, path);

/** The one file with a lasting name: pages of other origins load the elements and the SDK from it. */
const EMBED = 'notary';

export default defineConfig({
  // Relative, so that the elements find their chunks when a page of another origin loads them.
  base: './',
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: {
      polyfill: false,
      resolveDependencies: (_file, dependencies, { hostType }) =>
        hostType === 'html' ? dependencies : [],
    },
    rolldownOptions: {
      preserveEntrySignatures: 'exports-only',
      input: {
        index: here('index.html'),
        confirm: here('confirm.html'),
        account: here('app/account.html'),
        'what-left-your-browser': here('app/what-left-your-browser.html'),
        embed: here('app/embed.html'),
        collection: here('app/collection.html'),
        [EMBED]: here('src/notary.ts'),
      },
      output: {
        entryFileNames: ({ name }) =>
          name === EMBED ? 'assets/[name].js' : 'assets/[name]-[hash].js',
      },
    },
  },
  worker: { format: 'es' },
  plugins: [
    layout(),
    subresourceIntegrity(),
    inventory(),
    sizes({ entry: 10 * 1024, worker: 35 * 1024 }),
  ],
  test: { include: ['test/**/*.test.ts'] },
});
