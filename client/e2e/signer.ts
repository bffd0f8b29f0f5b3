import { type ChildProcess, spawn } from 'node:child_process';
import { createPublicKey, type KeyObject } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Cluster, ended, line } from './cluster.ts';
import { freePort } from './service.ts';

const binary =
  process.env.NOTARY_SIGNER_BIN ?? resolve(import.meta.dirname, '../../target/debug/notary-signer');

/** The real `notary-signer`, with a database of its own; a user is whoever says so (Basic auth). */
export class Signer {
  /** up to and with `/v1` */
  readonly uri: string;
  readonly #database: Cluster;
  readonly #folder: string;
  #program: ChildProcess | undefined;

  private constructor(uri: string, database: Cluster, folder: string) {
    this.uri = uri;
    this.#database = database;
    this.#folder = folder;
  }

  /** Starts it, on a port that the identity service can be told of before. */
  static async start(): Promise<Signer> {
    const [database, port] = await Promise.all([Cluster.start(), freePort()]);
    const folder = mkdtempSync(join(tmpdir(), 'notary-signer-e2e-'));
    const signer = new Signer(`http://localhost:${port}/v1`, database, folder);
    const ini = join(folder, 'signer.ini');
    writeFileSync(
      ini,
      `[server:main]
host = 127.0.0.1
port = ${port}
[app:main]
kinto.storage_url = ${database.uri.replaceAll('%', '%%')}
multiauth.policies = basicauth
kinto.userid_hmac_secret = for the browser tests alone
kinto.signer.resources = /buckets/staging -> /buckets/main
`,
    );
    signer.#program = spawn(binary, ['serve', '--ini', ini], {
      env: { PATH: process.env.PATH },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    await line(signer.#program, /"ready"/).catch(async (error) => {
      await signer.stop();
      throw error;
    });
    return signer;
  }

  /** Publishes records as /buckets/main/collections/{collection}; a new one is signed at once. */
  async publish(collection: string, records: Record<string, object>): Promise<void> {
    const source = `/buckets/staging/collections/${collection}`;
    await this.#call('PUT', '/buckets/staging', {});
    await this.#call('PUT', source, {});
    for (const [id, data] of Object.entries(records)) {
      await this.#call('PUT', `${source}/records/${id}`, { data });
    }
    if (Object.keys(records).length > 0) {
      await this.#call('PATCH', source, { data: { status: 'to-sign' } });
    }
  }

  /** The key that signs, base64 of its SPKI. */
  publicKey(): string {
    const key: KeyObject = createPublicKey(readFileSync(join(this.#folder, 'keys/public.pem')));
    return key.export({ type: 'spki', format: 'der' }).toString('base64');
  }

  async stop(): Promise<void> {
    if (this.#program) await ended(this.#program, 'SIGTERM');
    await this.#database.stop();
    rmSync(this.#folder, { recursive: true });
  }

  async #call(method: string, path: string, body: object): Promise<void> {
    const answer = await fetch(this.uri + path, {
      method,
      headers: {
        Authorization: `Basic ${btoa('editor:secret')}`,
        'Content-Type': 'application/json',
      },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  }
}
