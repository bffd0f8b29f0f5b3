import { type KdfEntry, kdfEntries } from '../derive/kdf.ts';
import type { DerivedKey } from '../derive/key.ts';
import { passwordProblem } from '../derive/password.ts';
import type { SearchReport } from '../derive/search.ts';
import { ServerClock } from './clock.ts';
import type { DerivationWorker } from './derivation-worker.ts';
import type { Service } from './discovery.ts';
import { estimate, learn } from './durations.ts';
import { NotaryError } from './error.ts';
import { call, type Fetch } from './http.ts';
import { addressKid } from './jwk.ts';
import type { SaltAnswer } from './wire.ts';

/** An address and the password that belongs to it. */
export interface Credentials {
  address: string;
  password: string;
}

/** Where a call stands; `estimate` is how long the derivation will probably take, in ms. */
export type Progress =
  { stage: 'asking' } | { stage: 'deriving'; estimate: number } | { stage: 'sending' };

/** Looks, inside the worker, for its secrets and for `control` in bytes that were sent. */
export type SecretSearch = (sent: Uint8Array[], control: string) => Promise<SearchReport>;

export interface CallOptions {
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
  /** Called before the secrets are forgotten. */
  beforeForgetting?: (search: SecretSearch) => Promise<void>;
}

/** One password on its way to a key. */
export class Attempt {
  /** as the service spells it */
  readonly address: string;
  readonly kid: string;
  readonly clock: ServerClock;
  /** the derivations to try, the present one first */
  readonly entries: readonly [KdfEntry, ...KdfEntry[]];
  readonly #salt: SaltAnswer;
  readonly #worker: DerivationWorker;
  readonly #onProgress: CallOptions['onProgress'];

  private constructor(
    salt: SaltAnswer,
    kid: string,
    worker: DerivationWorker,
    { onProgress }: CallOptions,
  ) {
    this.address = salt.address;
    this.kid = kid;
    this.clock = new ServerClock(salt.now);
    this.entries = kdfEntries(salt.kdf);
    this.#salt = salt;
    this.#worker = worker;
    this.#onProgress = onProgress;
  }

  /** Blinds the password, asks for the salt. */
  static async begin(
    send: Fetch,
    service: Service,
    worker: DerivationWorker,
    { address, password }: Credentials,
    options: CallOptions,
  ): Promise<Attempt> {
    const problem = passwordProblem(password);
    if (problem) throw new NotaryError(problem);
    options.onProgress?.({ stage: 'asking' });
    const { blinded } = await worker.ask('start', { password });
    const salt = await call<SaltAnswer>(send, {
      method: 'POST',
      url: service.url('salt'),
      body: service.usesOprf ? { address, blinded } : { address },
      signal: options.signal,
    });
    // A key made without the announced OPRF could be guessed offline.
    if (salt.kdf.oprf !== service.oprf) throw new NotaryError('unexpected_answer');
    return new Attempt(salt, await addressKid(salt.address, salt.salt), worker, options);
  }

  /** Derives the key of one entry. */
  async derive(entry: KdfEntry): Promise<DerivedKey> {
    const { salt, evaluated } = this.#salt;
    this.#onProgress?.({ stage: 'deriving', estimate: estimate(entry.argon2id) });
    const input = { kdf: entry, salt, ...(evaluated && { evaluated }) };
    const { key, ms } = await this.#worker.ask('derive', input);
    learn(entry.argon2id, ms);
    return key;
  }
}
