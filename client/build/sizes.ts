import { gzipSync } from 'node:zlib';
import type { Plugin, Rolldown } from 'vite';

export interface Budgets {
  /** gzipped bytes of a page's script with all it imports before anything is shown */
  entry: number;
  /** gzipped bytes of the worker */
  worker: number;
}

/** Fails the build when a page's entry or the worker is larger than promised. */
export function sizes(budgets: Budgets): Plugin {
  return {
    name: 'sizes',
    apply: 'build',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        for (const file of Object.values(bundle)) {
          if (file.type === 'chunk' && file.isEntry) {
            const bytes = [...closure(file, bundle)].reduce((sum, code) => sum + gzipped(code), 0);
            check(this, file.fileName, bytes, budgets.entry);
          }
          if (/^assets\/worker-.*\.js$/.test(file.fileName)) {
            const code = file.type === 'chunk' ? file.code : String(file.source);
            check(this, file.fileName, gzipped(code), budgets.worker);
          }
        }
      },
    },
  };
}

function check(context: Rolldown.PluginContext, name: string, bytes: number, budget: number): void {
  const line = `${name}: ${bytes} bytes gzipped, budget ${budget}`;
  if (bytes > budget) context.error(line);
  context.info(line);
}

/** The code of a chunk and of everything it imports statically. */
function closure(
  chunk: Rolldown.OutputChunk,
  bundle: Rolldown.OutputBundle,
  seen = new Set<string>(),
): Set<string> {
  seen.add(chunk.code);
  for (const name of chunk.imports) {
    const imported = bundle[name];
    if (imported?.type === 'chunk' && !seen.has(imported.code)) closure(imported, bundle, seen);
  }
  return seen;
}

function gzipped(code: string): number {
  return gzipSync(code, { level: 9 }).length;
}
