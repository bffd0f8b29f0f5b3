import { type ConfirmationLink, takeLink } from './confirmation-link.ts';
import { NotaryElement } from './notary-element.ts';

/**
 * `<notary-confirm account="/app/account">`: what the link in a mail opens. Takes the token from the
 * fragment and erases it there at once. Fires `notary-confirmed` with `{address, status}`.
 */
export class NotaryConfirm extends NotaryElement {
  #link: ConfirmationLink = {};

  override connectedCallback(): Promise<void> {
    // Before anything is loaded: the token must not stay in the address bar for a moment longer.
    if (!this.shadowRoot) this.#link = takeLink();
    return super.connectedCallback();
  }

  protected override load = async () => (await import('./confirm-flow.ts')).loadedFor(this.#link);
}

customElements.define('notary-confirm', NotaryConfirm);
