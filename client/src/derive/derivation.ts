import { p384_oprf } from '@noble/curves/nist.js';
import { fromBase64, toBase64Url } from '../sdk/encoding.ts';
import { type Argon2Engine, argon2 } from './argon2.ts';
import { type KdfEntry, kdfProblem } from './kdf.ts';
import { type DerivedKey, importKey, scalarFrom } from './key.ts';
import { passwordBytes } from './password.ts';

/** What the server gave for one derivation. */
export interface DerivationInput {
  readonly kdf: KdfEntry;
  /** base64, 16 bytes */
  readonly salt: string;
  /** base64url of the compressed point, when the entry names an OPRF */
  readonly evaluated?: string;
}

/**
 * One password on its way to a key: blind, let the server evaluate, derive; then, if the key is
 * refused, derive again with an older `kdf` without asking the server for another evaluation.
 */
export class Derivation {
  readonly #password: Uint8Array;
  readonly #engine: Argon2Engine;
  readonly #oprf: ReturnType<typeof p384_oprf.oprf.blind>;
  /** Every secret made on the way, kept for the proof page's search until `forget`. */
  readonly #secrets: Map<string, Uint8Array>;

  constructor(password: string, engine: Argon2Engine) {
    this.#password = passwordBytes(password);
    this.#engine = engine;
    this.#oprf = p384_oprf.oprf.blind(this.#password);
    this.#secrets = new Map([['password', this.#password]]);
  }

  /** The blinded password for `POST /salt`: a random point, whatever the password is. */
  get blinded(): string {
    return toBase64Url(this.#oprf.blinded);
  }

  /** Throws an `Error` whose message is a code of `NotaryError`. */
  async derive({ kdf, salt, evaluated }: DerivationInput): Promise<DerivedKey> {
    const problem = kdfProblem(kdf);
    if (problem) throw new Error(problem);
    const y = kdf.oprf === undefined ? new Uint8Array() : this.#finalize(evaluated);
    const length = this.#password.length;
    const input = new Uint8Array([length >> 8, length & 0xff, ...this.#password, ...y]);
    const s = await argon2(this.#engine, input, fromBase64(salt), kdf.argon2id);
    input.fill(0);
    const scalar = scalarFrom(s);
    this.#secrets.set('argon2id', s).set('key', scalar);
    if (y.length > 0) this.#secrets.set('oprf', y);
    return importKey(scalar);
  }

  /** The secrets by name, for looking whether any of them is among bytes that were sent. */
  get secrets(): ReadonlyMap<string, Uint8Array> {
    return this.#secrets;
  }

  #finalize(evaluated: string | undefined): Uint8Array {
    // Never fall back to the derivation without the OPRF: the server announced one.
    if (evaluated === undefined) throw new Error('unexpected_answer');
    try {
      return p384_oprf.oprf.finalize(this.#password, this.#oprf.blind, fromBase64(evaluated));
    } catch {
      throw new Error('unexpected_answer');
    }
  }
}
