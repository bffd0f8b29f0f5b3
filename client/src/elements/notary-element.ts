import {
  directionOf,
  known,
  type Language,
  loadElementTexts,
  pickLanguage,
  type Texts,
} from '../i18n/texts.ts';
import type { Notary } from '../sdk/notary.ts';
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
    this.#notary ??= import('../sdk/notary.ts').then(
      ({ Notary }) => new Notary(this.getAttribute('base') ?? undefined),
    );
    return this.#notary;
  }

  set notary(notary: Notary | Promise<Notary>) {
    this.#notary = Promise.resolve(notary);
  }

  async connectedCallback(): Promise<void> {
    if (this.shadowRoot) return;
    const shadow = this.attachShadow({ mode: 'open', delegatesFocus: true });
    shadow.append(this.#root);
    this.#root.setAttribute('part', 'card');
    await this.restart();
  }

  async attributeChangedCallback(): Promise<void> {
    if (this.#flow) this.#flow.speak(await this.#loadTexts());
  }

  /** Begins anew, with the first view. */
  protected async restart(): Promise<void> {
    const { shadowRoot } = this;
    if (!shadowRoot) return;
    const [loaded, texts] = await Promise.all([this.load(), this.#loadTexts()]);
    shadowRoot.adoptedStyleSheets = [loaded.sheet()];
    this.#root.replaceChildren();
    this.#flow = loaded.make(this, this.#root, texts);
    this.#flow.start();
  }

  async #loadTexts(): Promise<Texts> {
    const language = this.#language();
    const texts = await loadElementTexts(language);
    this.#root.lang = language;
    this.#root.dir = directionOf(language);
    return texts;
  }

  #language(): Language {
    const around = this.closest('[lang]')?.getAttribute('lang') ?? '';
    return known(around) ?? pickLanguage(navigator.languages);
  }
}
