/**
 * The key derivation a deployment announces, and the bounds outside which this client refuses to work.
 *
 * A server that announced weaker parameters would make a stolen key guessable offline, so the floor
 * is ours, not the server's. The ceiling keeps a broken announcement from freezing the device.
 */

/** Cost of Argon2id v1.3: memory in KiB, passes, lanes. */
export interface Argon2idCost {
  readonly m: number;
  readonly t: number;
  readonly p: number;
}

/** One way from a password to a key; `v` is the deployment's own number for it. */
export interface KdfEntry {
  readonly v: number;
  readonly oprf?: string;
  readonly argon2id: Argon2idCost;
}

/** The present entry and, newest first, those that older keys may have been made with. */
export interface Kdf extends KdfEntry {
  readonly previous?: readonly KdfEntry[];
}

/** The one OPRF suite this client speaks (RFC 9497, section 4.4). */
export const OPRF_SUITE = 'P384-SHA384';

const FLOOR: Argon2idCost = { m: 19_456, t: 2, p: 1 };
const CEILING: Argon2idCost = { m: 1_048_576, t: 16, p: 8 };

/** Why an announced entry cannot be used; `null` when it can. */
export function kdfProblem(kdf: KdfEntry): 'weak_kdf' | 'unsupported_kdf' | null {
  const { m, t, p } = kdf.argon2id;
  if (![m, t, p].every(Number.isSafeInteger)) return 'unsupported_kdf';
  if (m < FLOOR.m || t < FLOOR.t || p < FLOOR.p) return 'weak_kdf';
  if (m > CEILING.m || t > CEILING.t || p > CEILING.p) return 'unsupported_kdf';
  if (kdf.oprf !== undefined && kdf.oprf !== OPRF_SUITE) return 'unsupported_kdf';
  return null;
}

/** All the entries to try, the present one first. */
export function kdfEntries({ previous = [], ...present }: Kdf): [KdfEntry, ...KdfEntry[]] {
  return [present, ...previous];
}
