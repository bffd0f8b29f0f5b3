import { offline } from '../i18n/offline.ts';
import {
  directionOf,
  known,
  type Language,
  loadElementTexts,
  pickLanguage,
  type Texts,
} from '../i18n/texts.ts';
import type { Notary } from '../sdk/notary.ts';
import { arrived } from './arrived.ts';
import { button, h } from './dom.ts';
import type { Flow, Host } from './flow.ts';

/** The part of an element that is loaded when a page first shows one. */
export interface LoadedFlow {
  make(host: Host, root: HTMLElement, texts: Texts): Flow;
  sheet(): CSSStyleSheet;
}

/**
 * What the elements share: the service at `base` (attribute; by default the page's own origin), the
 * language (attribute `lang`, else the nearest one around it, else the browser's).
 */
export abstract class NotaryElement extends HTMLElement implements Host {
  static readonly observedAttributes = ['lang'];
  #notary: Promise<Notary> | undefined;
  #flow: Flow | undefined;
  readonly #root = document.createElement('div');

  protected abstract load(): Promise<LoadedFlow>;

  /** The SDK's object for `base`; a page may set its own. */
  get notary(): Promise<Notary> {
    this.#notary ??= arrived(import('../sdk/notary.ts')).then(
      ({ Notary }) => new Notary(this.getAttribute('base') ?? undefined),
      (error) => {
        this.#notary = undefined;
        throw error;
      },
    );
    return this.#notary;
  }

  set notary(notary: Notary | Promise<Notary>) {
    this.#notary = Promise.resolve(notary);
  }

  async connectedCallback(): Promise<void> {
    addEventListener('pagehide', this.#forgetPasswords);
    if (this.shadowRoot) return;
    const shadow = this.attachShadow({ mode: 'open', delegatesFocus: true });
    shadow.append(this.#root);
    this.#root.setAttribute('part', 'card');
    await this.restart();
  }

  disconnectedCallback(): void {
    removeEventListener('pagehide', this.#forgetPasswords);
  }

  async attributeChangedCallback(): Promise<void> {
    if (this.#flow) this.#flow.speak(await this.#loadTexts());
  }

  /** Begins anew, with the first view. */
  protected async restart(): Promise<void> {
    const { shadowRoot } = this;
    if (!shadowRoot) return;
    this.#flow?.end();
    const parts = await Promise.all([this.load(), this.#loadTexts()]).catch(() => undefined);
    if (!parts) return this.#showOffline();
    const [loaded, texts] = parts;
    shadowRoot.adoptedStyleSheets = [loaded.sheet()];
    this.#root.replaceChildren();
    this.#flow = loaded.make(this, this.#root, texts);
    this.#flow.start();
  }

  /** Without the flow there is neither sheet nor catalogue: bare words, and a way to try again. */
  #showOffline(): void {
    const language = this.#language();
    this.#declare(language);
    const { network, tryAgain } = offline[language];
    const again = button('button', async () => {
      await this.restart();
      this.focus();
    });
    again.append(tryAgain);
    this.#root.replaceChildren(h('p', { part: 'problem', role: 'alert' }, network), again);
  }

  async #loadTexts(): Promise<Texts> {
    const language = this.#language();
    const texts = await loadElementTexts(language);
    this.#declare(language);
    return texts;
  }

  #declare(language: Language): void {
    this.#root.lang = language;
    this.#root.dir = directionOf(language);
  }

  /** Browsers keep pages whole to go back to, also what was typed and never sent. */
  readonly #forgetPasswords = (): void => {
    for (const input of this.#root.querySelectorAll<HTMLInputElement>('[autocomplete$=password]')) {
      input.value = '';
      input.dispatchEvent(new Event('input'));
    }
  };

  #language(): Language {
    const around = this.closest('[lang]')?.getAttribute('lang') ?? '';
    return known(around) ?? pickLanguage(navigator.languages);
  }
}
