import type { Argon2Engine } from './argon2.ts';
import type { DerivationInput } from './derivation.ts';
import type { DerivedKey } from './key.ts';
import type { SearchReport } from './search.ts';

/** What the page asks of the worker, and what each question is answered with. */
export interface Calls {
  /** Takes the password; answers with what `POST /salt` needs. */
  start: { ask: { password: string }; answer: { blinded: string } };
  /** Derives one key; the private half never leaves as bytes. */
  derive: { ask: DerivationInput; answer: { key: DerivedKey; engine: Argon2Engine; ms: number } };
  /** Looks for every secret of this derivation, and for `control`, in bytes that were sent. */
  search: { ask: { sent: Uint8Array[]; control: string }; answer: SearchReport };
}

export type CallName = keyof Calls;

export type Question = {
  [Name in CallName]: { id: number; name: Name; ask: Calls[Name]['ask'] };
}[CallName];

/** `code` is one of `NotaryError`'s; no text of a library crosses over. */
export type Reply = { id: number; answer: unknown } | { id: number; code: string };
