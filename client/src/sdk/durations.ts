import type { Argon2idCost } from '../derive/kdf.ts';

/** The only thing this client stores: how long derivations took, so that the bar tells the truth. */
const STORE = 'notary.durations';

/** Milliseconds for a first derivation on an ordinary device, per MiB and pass. */
const FIRST_GUESS = 3;

/** How long a derivation of this cost will probably take here, in milliseconds. */
export function estimate(cost: Argon2idCost): number {
  return read()[name(cost)] ?? (cost.m / 1024) * cost.t * FIRST_GUESS;
}

/** Learns from a derivation that took `ms`. */
export function learn(cost: Argon2idCost, ms: number): void {
  const known = read();
  const before = known[name(cost)] ?? ms;
  known[name(cost)] = Math.round((before + ms) / 2);
  try {
    localStorage.setItem(STORE, JSON.stringify(known));
  } catch {
    // Storage is off or full: the next estimate is a guess again.
  }
}

function read(): Record<string, number> {
  try {
    return JSON.parse(localStorage.getItem(STORE) ?? '{}') as Record<string, number>;
  } catch {
    return {};
  }
}

function name({ m, t, p }: Argon2idCost): string {
  return `${m}/${t}/${p}`;
}
