import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ended, line } from './cluster.ts';
import { binary } from './service.ts';

/** What the demo's mail server keeps. */
interface Mail {
  to: string[];
  subject: string;
  text: string;
}

/** `notary demo`: the service with a database and a real SMTP server, whose mail can be read. */
export class Demo {
  readonly origin: string;
  /** a page for people; `.json` for programs */
  readonly mailbox: string;
  readonly #folder: string;
  readonly #program: ChildProcess;

  private constructor(origin: string, mailbox: string, folder: string, program: ChildProcess) {
    this.origin = origin;
    this.mailbox = mailbox;
    this.#folder = folder;
    this.#program = program;
  }

  /** Starts it; `signer` is the URI of a signing service. */
  static async start(...signer: string[]): Promise<Demo> {
    const folder = mkdtempSync(join(tmpdir(), 'notary-demo-'));
    // Its PostgreSQL does not run as root.
    chmodSync(folder, 0o755);
    const options = signer.flatMap((uri) => ['--signer', uri]);
    const program = spawn(binary, ['demo', '--dir', join(folder, 'demo'), ...options], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const pattern = /Sign up +(http:\S+)\/\s+Mailbox +(\S+)/;
    const [, origin = '', mailbox = ''] = await line(program, pattern, 'stdout');
    return new Demo(origin, mailbox, folder, program);
  }

  /** All mail so far, newest first. */
  async mail(): Promise<Mail[]> {
    const answer = await fetch(`${this.mailbox}.json`);
    return (await answer.json()) as Mail[];
  }

  async stop(): Promise<void> {
    await ended(this.#program, 'SIGTERM');
    rmSync(this.#folder, { recursive: true });
  }
}
