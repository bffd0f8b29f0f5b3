import { readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import type { Plugin } from 'vite';

/** Puts `src/pages/layout.html` around the content of every page; `{root}` is the way to the root. */
export function layout(): Plugin {
  const client = resolve(import.meta.dirname, '..');
  const frame = readFileSync(resolve(client, 'src/pages/layout.html'), 'utf8');
  return {
    name: 'layout',
    transformIndexHtml: {
      order: 'pre',
      handler(content, { filename }) {
        const root = relative(dirname(filename), client) || '.';
        const script = /<script .*<\/script>/.exec(content)?.[0] ?? '';
        const title = /<title .*<\/title>/.exec(content)?.[0] ?? '';
        const main = content.replace(script, '').replace(title, '').trim();
        return frame
          .replace('{title}', () => title)
          .replace('{script}', () => script)
          .replace('{main}', () => main)
          .replaceAll('{root}', root);
      },
    },
  };
}
