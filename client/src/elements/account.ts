import { NotaryElement } from './notary-element.ts';

/**
 * `<notary-account>`: signing in, and what a person can do with an account. The key lives in memory.
 * Fires `notary-unlocked` with `{key}` (a `NotaryKey`), `notary-locked` and `notary-disabled`.
 */
export class NotaryAccount extends NotaryElement {
  protected override load = async () => (await import('./account-flow.ts')).loaded;
}

customElements.define('notary-account', NotaryAccount);
