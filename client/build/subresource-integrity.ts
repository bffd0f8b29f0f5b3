import { createHash } from 'node:crypto';
import type { Plugin } from 'vite';

/** Adds `integrity` to every script, module preload and style sheet that a page names. */
export function subresourceIntegrity(): Plugin {
  return {
    name: 'subresource-integrity',
    apply: 'build',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        for (const page of Object.values(bundle)) {
          if (page.type !== 'asset' || !page.fileName.endsWith('.html')) continue;
          page.source = String(page.source).replace(
            /(<(?:script|link)\b[^>]*?\b(?:src|href)=")([^"]+)("[^>]*)>/g,
            (tag, before: string, url: string, after: string) => {
              if (/rel="(?!stylesheet|modulepreload)/.test(tag)) return tag;
              const name = new URL(url, `https://page.invalid/${page.fileName}`).pathname.slice(1);
              const file = bundle[name];
              if (!file) throw new Error(`${page.fileName} names ${url}, which is not built`);
              const content = file.type === 'chunk' ? file.code : file.source;
              return `${before}${url}${after} integrity="${integrityOf(content)}">`;
            },
          );
        }
      },
    },
  };
}

/** The value of an `integrity` attribute. */
export function integrityOf(content: string | Uint8Array): string {
  return `sha384-${createHash('sha384').update(content).digest('base64')}`;
}
