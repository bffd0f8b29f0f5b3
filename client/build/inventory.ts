import { extname } from 'node:path';
import type { Plugin } from 'vite';
import { integrityOf } from './subresource-integrity.ts';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

/**
 * Writes `manifest.json`: every file of the build with its type, size and digest, and whether its
 * name holds its hash, so that it may be cached for ever. The server serves these files and no others.
 */
export function inventory(): Plugin {
  return {
    name: 'inventory',
    apply: 'build',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const files = Object.values(bundle)
          .map((file) => {
            const content = file.type === 'chunk' ? file.code : file.source;
            const type = TYPES[extname(file.fileName)];
            if (!type) throw new Error(`no media type for ${file.fileName}`);
            return {
              path: file.fileName,
              type,
              bytes: Buffer.byteLength(content),
              integrity: integrityOf(content),
              immutable: /^assets\/.*-[\w-]{8}\.\w+$/.test(file.fileName),
            };
          })
          .sort((a, b) => (a.path < b.path ? -1 : 1));
        const source = `${JSON.stringify({ files }, null, 2)}\n`;
        this.emitFile({ type: 'asset', fileName: 'manifest.json', source });
      },
    },
  };
}
