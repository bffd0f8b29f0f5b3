import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';

const dist = resolve(import.meta.dirname, '../dist');

interface BuiltFile {
  path: string;
  type: string;
  /** its name holds its hash */
  immutable: boolean;
}

/** Every file of the build, from its own manifest. */
export function builtFiles(): BuiltFile[] {
  return JSON.parse(readFileSync(`${dist}/manifest.json`, 'utf8')).files;
}

export interface Site {
  readonly origin: string;
  close(): Promise<void>;
}

/** Pages by path (`/` is an empty one), and the built files, all under the policy of the moment. */
export async function serveSite(
  policy: () => string,
  pages: Record<string, string> = {},
): Promise<Site> {
  const files = new Map(builtFiles().map(({ path, type }) => [`/${path}`, type]));
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0] ?? '/';
    const type = files.get(path);
    const page = pages[path] ?? (path === '/' ? '<!doctype html><title>empty</title>' : undefined);
    if (policy()) response.setHeader('Content-Security-Policy', policy());
    if (page !== undefined) response.setHeader('Content-Type', 'text/html').end(page);
    else if (type) response.setHeader('Content-Type', type).end(readFileSync(dist + path));
    else response.writeHead(404).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((done) => server.close(() => done())),
  };
}
