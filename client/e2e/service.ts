import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { Cluster, ended, line } from './cluster.ts';
import { Mailbox } from './mailbox.ts';

const binary = process.env.NOTARY_BIN ?? resolve(import.meta.dirname, '../../target/debug/notary');

/** The real service with a database and a mailer of its own. */
export class Service {
  readonly origin: string;
  readonly mailbox: Mailbox;
  readonly #cluster: Cluster;
  readonly #program: ChildProcess;

  private constructor(origin: string, mailbox: Mailbox, cluster: Cluster, program: ChildProcess) {
    this.origin = origin;
    this.mailbox = mailbox;
    this.#cluster = cluster;
    this.#program = program;
  }

  /** Starts it; `settings` override the generous limits. */
  static async start(settings: Record<string, string> = {}): Promise<Service> {
    const [cluster, mailbox, port] = await Promise.all([
      Cluster.start(),
      Mailbox.open(),
      freePort(),
    ]);
    const origin = `http://127.0.0.1:${port}`;
    const program = spawn(binary, ['serve'], {
      cwd: resolve(import.meta.dirname, '../..'),
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        NOTARY_DB_URI: cluster.uri,
        NOTARY_PUBLIC_URI: origin,
        NOTARY_PUBLIC_PORT: String(port),
        NOTARY_ADMIN_INTERFACE: '127.0.0.1:0',
        NOTARY_ADMIN_SECRET: 'a-secret-for-the-browser-tests-alone',
        NOTARY_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
        NOTARY_CONFIRMATION_URI: mailbox.uri,
        NOTARY_MAX_CALLS_PER_SECOND: '1000',
        NOTARY_MAX_CALLS_PER_MINUTE: '10000',
        ...settings,
      },
    });
    const service = new Service(origin, mailbox, cluster, program);
    await line(program, /ready/).catch(async (error) => {
      await service.stop();
      throw error;
    });
    return service;
  }

  async stop(): Promise<void> {
    await ended(this.#program, 'SIGTERM');
    await Promise.all([this.#cluster.stop(), this.mailbox.close()]);
  }
}

/** A port that was free a moment ago: the public URI must name it before the service has it. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
