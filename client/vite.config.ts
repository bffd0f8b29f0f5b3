import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import { embedEntry } from './build/embed-entry.ts';
import { inventory } from './build/inventory.ts';
import { sizes } from './build/sizes.ts';
import { subresourceIntegrity } from './build/subresource-integrity.ts';

const page = (path: string) => resolve(import.meta.dirname, path);

export default defineConfig({
  // Relative, so that the elements find their chunks when another origin loads them.
  base: './',
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false, resolveDependencies: (_, dependencies, { hostType }) =>
      hostType === 'html' ? dependencies : [] },
    rolldownOptions: {
      input: {
        index: page('index.html'),
        confirm: page('confirm.html'),
        account: page('app/account.html'),
        'what-left-your-browser': page('app/what-left-your-browser.html'),
        embed: page('app/embed.html'),
        collection: page('app/collection.html'),
        elements: page('src/elements/index.ts'),
      },
    },
  },
  worker: { format: 'es' },
  plugins: [
    embedEntry(),
    subresourceIntegrity(),
    inventory(),
    sizes({ entry: 10 * 1024, worker: 35 * 1024 }),
  ],
  test: { include: ['test/**/*.test.ts'] },
});
