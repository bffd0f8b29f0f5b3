import { p384_oprf } from '@noble/curves/nist.js';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromBase64, toBase64Url } from '../src/sdk/encoding.ts';
import { type IdentityVector, identityVectors } from '../test/vectors.ts';
import { launchBrowser } from './browser.ts';
import { builtFiles, type Site, serveSite } from './static-site.ts';

const POLICY = "default-src 'none'; worker-src 'self'; connect-src 'self'";
const policies = {
  wasm: `${POLICY}; script-src 'self' 'wasm-unsafe-eval'`,
  // Without 'wasm-unsafe-eval' the browser refuses WebAssembly, and the worker has to do without.
  js: `${POLICY}; script-src 'self'`,
};
const workerPath = builtFiles().find(({ path }) => /^assets\/worker-/.test(path))?.path ?? '';

let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

describe.each(['wasm', 'js'] as const)('the built worker, Argon2id in %s', (engine) => {
  let site: Site;
  let page: Page;

  beforeAll(async () => {
    site = await serveSite(() => policies[engine]);
    page = await browser.newPage();
    await page.goto(site.origin);
  });
  afterAll(async () => {
    await page.close();
    await site.close();
  });

  it.each(identityVectors)('$name', async (vector) => {
    await page.evaluate(startWorker, `/${workerPath}`);
    const { blinded } = await page.evaluate(ask, {
      name: 'start',
      ask: { password: vector.password },
    });
    const input = { kdf: vector.kdf, salt: vector.salt, ...evaluate(vector, blinded) };
    const {
      x,
      y,
      extractable,
      engine: used,
    } = await page.evaluate(ask, { name: 'derive', ask: input });
    expect({ x, y, extractable, used }).toEqual({
      x: vector.x,
      y: vector.y,
      extractable: false,
      used: engine,
    });
  });

  it('refuses weak parameters', async () => {
    await page.evaluate(startWorker, `/${workerPath}`);
    await page.evaluate(ask, { name: 'start', ask: { password: 'any password at all' } });
    const kdf = { v: 1, argon2id: { m: 1024, t: 1, p: 1 } };
    const reply = await page.evaluate(ask, {
      name: 'derive',
      ask: { kdf, salt: 'AAECAwQFBgcICQoLDA0ODw==' },
    });
    expect(reply.code).toBe('weak_kdf');
  });
});

/** The service's part of the OPRF. */
function evaluate({ oprf }: IdentityVector, blinded: string): { evaluated?: string } {
  if (!oprf) return {};
  const secret = Uint8Array.from(oprf.server_secret_key.match(/../g) ?? [], (pair) =>
    Number.parseInt(pair, 16),
  );
  return { evaluated: toBase64Url(p384_oprf.oprf.blindEvaluate(secret, fromBase64(blinded))) };
}

// The two below run in the page.

type Reply = Record<'blinded' | 'x' | 'y' | 'engine' | 'code', string> & { extractable: boolean };

function startWorker(url: string): void {
  Object.assign(window, { worker: new Worker(url, { type: 'module' }) });
}

function ask(question: { name: string; ask: unknown }): Promise<Reply> {
  const { worker } = window as unknown as { worker: Worker };
  return new Promise((resolve, reject) => {
    worker.onerror = (event) => reject(new Error(event.message));
    worker.onmessage = ({ data }) => {
      const { key, ...answer } = data.answer ?? {};
      const { x, y, privateKey } = key ?? {};
      resolve({ ...answer, x, y, extractable: privateKey?.extractable, code: data.code });
    };
    worker.postMessage({ id: 1, ...question });
  });
}
