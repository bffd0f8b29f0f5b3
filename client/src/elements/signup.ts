import { NotaryElement } from './notary-element.ts';

/**
 * `<notary-signup base="https://id.example.org">`: asks for an account.
 * Fires `notary-sent` with `{address}` when the request has been accepted.
 */
export class NotarySignup extends NotaryElement {
  protected override load = async () => (await import('./signup-flow.ts')).loaded;
}

customElements.define('notary-signup', NotarySignup);
