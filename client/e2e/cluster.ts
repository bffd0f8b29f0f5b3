import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** PostgreSQL refuses to run as root: then it runs as `nobody`. */
const NOBODY = 65_534;
const asRoot = process.getuid?.() === 0;
const identity = asRoot ? { uid: NOBODY, gid: NOBODY } : {};

/** A private PostgreSQL on a Unix socket, in a folder of its own. */
export class Cluster {
  readonly uri: string;
  readonly #folder: string;
  #server: ChildProcess | undefined;

  private constructor(folder: string) {
    this.#folder = folder;
    this.uri = `postgres://notary@${encodeURIComponent(folder)}/postgres`;
  }

  static async start(): Promise<Cluster> {
    const bin = binaries();
    const folder = mkdtempSync(join(tmpdir(), 'notary-e2e-'));
    if (asRoot) chownSync(folder, NOBODY, NOBODY);
    const data = join(folder, 'data');
    const options = ['-D', data, '-U', 'notary', '-A', 'trust', '-E', 'UTF8', '--no-sync'];
    execFileSync(join(bin, 'initdb'), options, { ...identity, stdio: 'ignore' });
    const cluster = new Cluster(folder);
    await cluster.resume();
    return cluster;
  }

  /** Ends the server; the data stay. */
  async pause(): Promise<void> {
    if (this.#server) await ended(this.#server, 'SIGINT');
  }

  /** Starts the server on its data. */
  async resume(): Promise<void> {
    const data = join(this.#folder, 'data');
    this.#server = spawn(
      join(binaries(), 'postgres'),
      ['-D', data, '-k', this.#folder, '-c', 'listen_addresses=', '-c', 'fsync=off'],
      { ...identity, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    await line(this.#server, /ready to accept connections/);
  }

  async stop(): Promise<void> {
    await this.pause();
    rmSync(this.#folder, { recursive: true });
  }
}

/** Waits until a program has written this; fails when it ends before. */
export function line(
  program: ChildProcess,
  pattern: RegExp,
  stream: 'stdout' | 'stderr' = 'stderr',
): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let written = '';
    program[stream]?.on('data', (chunk) => {
      written += chunk;
      const match = pattern.exec(written);
      if (match) resolve(match);
    });
    program.once('exit', (code) => reject(new Error(`ended with ${code}: ${written}`)));
    program.once('error', reject);
  });
}

/** Ends a program and waits for it. */
export function ended(program: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (program.exitCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    program.once('exit', () => resolve());
    program.kill(signal);
  });
}

function binaries(): string {
  const folders = [
    ...(process.env.PATH ?? '').split(':'),
    ...(existsSync('/usr/lib/postgresql')
      ? readdirSync('/usr/lib/postgresql').map((version) => `/usr/lib/postgresql/${version}/bin`)
      : []),
  ];
  const found = folders.find((folder) => existsSync(join(folder, 'initdb')));
  if (!found) throw new Error('PostgreSQL (initdb) is not installed');
  return found;
}
