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
    this.#takeLink();
    // Another link opened in the same tab changes the fragment alone, and loads nothing.
    addEventListener('hashchange', this.#takeLink);
    return super.connectedCallback();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('hashchange', this.#takeLink);
  }

  readonly #takeLink = (): void => {
    const link = takeLink();
    if (!link) return;
    this.#link = link;
    this.restart();
  };

  protected override load = async () => (await import('./confirm-flow.ts')).loadedFor(this.#link);
}

customElements.define('notary-confirm', NotaryConfirm);
