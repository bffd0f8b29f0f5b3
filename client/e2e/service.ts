import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { Cluster, ended, line } from './cluster.ts';
import { Mailbox } from './mailbox.ts';

/** The program under test. */
export const binary =
  process.env.NOTARY_BIN ?? resolve(import.meta.dirname, '../../target/debug/notary');

/** The real service with a database and a mailer of its own. */
export class Service {
  readonly origin: string;
  readonly mailbox: Mailbox;
  readonly database: Cluster;
  #program: ChildProcess | undefined;

  private constructor(origin: string, mailbox: Mailbox, database: Cluster) {
    this.origin = origin;
    this.mailbox = mailbox;
    this.database = database;
  }

  /** Starts it; `settings` override the generous limits. */
  static async start(settings: Record<string, string> = {}): Promise<Service> {
    const [database, mailbox, port] = await Promise.all([
      Cluster.start(),
      Mailbox.open(),
      freePort(),
    ]);
    const service = new Service(`http://127.0.0.1:${port}`, mailbox, database);
    await service.#run(settings).catch(async (error) => {
      await service.stop();
      throw error;
    });
    return service;
  }

  /** The same place, accounts and mailbox with other settings. */
  async restart(settings: Record<string, string>): Promise<void> {
    await this.#end();
    await this.#run(settings);
  }

  async stop(): Promise<void> {
    await this.#end();
    await Promise.all([this.database.stop(), this.mailbox.close()]);
  }

  async #run(settings: Record<string, string>): Promise<void> {
    this.#program = spawn(binary, ['serve'], {
      cwd: resolve(import.meta.dirname, '../..'),
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        NOTARY_DB_URI: this.database.uri,
        NOTARY_PUBLIC_URI: this.origin,
        NOTARY_PUBLIC_PORT: new URL(this.origin).port,
        NOTARY_ADMIN_INTERFACE: '127.0.0.1:0',
        NOTARY_ADMIN_SECRET: 'a-secret-for-the-browser-tests-alone',
        NOTARY_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
        NOTARY_CONFIRMATION_URI: this.mailbox.uri,
        NOTARY_MAX_CALLS_PER_SECOND: '1000',
        NOTARY_MAX_CALLS_PER_MINUTE: '10000',
        ...settings,
      },
    });
    await line(this.#program, /ready/);
  }

  async #end(): Promise<void> {
    if (this.#program) await ended(this.#program, 'SIGTERM');
  }
}

/** A port that was free a moment ago: the public URI must name it before the service has it. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
