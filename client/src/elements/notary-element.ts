import { directionOf, type ElementTexts, type Language, languages, loadElementTexts, pickLanguage, type Texts, type Values } from '../i18n/texts.ts';
import type { Notary } from '../sdk/notary.ts';
import { h } from './dom.ts';
import css from './elements.css?inline';

export type TextKey = keyof ElementTexts;

/** Values of a text; a function, because durations and dates read differently in another language. */
export type TextValues = (texts: Texts) => Values;

/** Puts texts into nodes, and again when the language changes. */
export interface Speaker {
  /** Sets the text of a node. */
  say<Target extends Element>(node: Target, key: TextKey, values?: TextValues): Target;
  /** Sets an attribute that is read out. */
  label<Target extends Element>(node: Target, attribute: string, key: TextKey): Target;
}

let sheet: CSSStyleSheet | undefined;

/** A constructed sheet, because a CSP without `unsafe-inline` refuses `<style>`. */
function elementSheet(): CSSStyleSheet {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
  }
  return sheet;
}

/**
 * What the elements share: the service at `base` (attribute; by default the page's own origin), the
 * language (attribute `lang`, else the nearest one around it, else the browser's), one view at a time.
 */
export abstract class NotaryElement extends HTMLElement implements Speaker {
  static readonly observedAttributes = ['lang'];
  #notary: Promise<Notary> | undefined;
  #texts: Texts | undefined;
  #labels: ((texts: Texts) => void)[] = [];
  readonly #root = h('div', { part: 'card' });

  /** The SDK's object for `base`; a page may set its own. */
  get notary(): Promise<Notary> {
    this.#notary ??= import('../sdk/notary.ts').then(
      ({ Notary }) => new Notary(this.getAttribute('base') ?? undefined),
    );
    return this.#notary;
  }

  set notary(notary: Notary) {
    this.#notary = Promise.resolve(notary);
  }

  get texts(): Texts {
    if (!this.#texts) throw new Error('not connected yet');
    return this.#texts;
  }

  async connectedCallback(): Promise<void> {
    if (this.shadowRoot) return;
    const shadow = this.attachShadow({ mode: 'open', delegatesFocus: true });
    shadow.adoptedStyleSheets = [elementSheet()];
    shadow.append(this.#root);
    await this.#speak();
    this.start();
  }

  async attributeChangedCallback(): Promise<void> {
    if (this.#texts) await this.#speak();
  }

  /** Shows the first view; called once, with the texts loaded. */
  protected abstract start(): void;

  /** Replaces the view. All but the first take the focus to their beginning. */
  protected show(...view: Node[]): void {
    const first = !this.#root.hasChildNodes();
    this.#root.replaceChildren(...view);
    if (first) return;
    const start = this.#root.querySelector<HTMLElement>('[part~=title], input');
    start?.focus();
  }

  /** Forgets the texts of the view that is about to go. Call before building the next one. */
  protected fresh(): void {
    this.#labels = [];
  }

  /** Tells the page what happened; bubbles, and leaves shadow trees. */
  protected tell(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(`notary-${name}`, { detail, bubbles: true, composed: true }));
  }

  say<Target extends Element>(node: Target, key: TextKey, values?: TextValues): Target {
    this.#bind((texts) => {
      node.textContent = texts.get(key, values?.(texts));
    });
    return node;
  }

  label<Target extends Element>(node: Target, attribute: string, key: TextKey): Target {
    this.#bind((texts) => node.setAttribute(attribute, texts.get(key)));
    return node;
  }

  #bind(apply: (texts: Texts) => void): void {
    apply(this.texts);
    this.#labels.push(apply);
  }

  async #speak(): Promise<void> {
    const language = this.#language();
    this.#texts = await loadElementTexts(language);
    this.#root.lang = language;
    this.#root.dir = directionOf(language);
    for (const apply of this.#labels) apply(this.#texts);
  }

  #language(): Language {
    const around = this.closest('[lang]')?.getAttribute('lang')?.split('-')[0] ?? '';
    return around in languages ? (around as Language) : pickLanguage(navigator.languages);
  }
}
