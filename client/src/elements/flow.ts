import type { ElementTexts, Texts, Values } from '../i18n/texts.ts';
import type { Notary } from '../sdk/notary.ts';
import { h } from './dom.ts';

export type TextKey = keyof ElementTexts;

/** Values of a text; a function, because durations and dates read differently in another language. */
export type TextValues = (texts: Texts) => Values;

/** Puts texts into nodes, and again when the language changes. */
export interface Speaker {
  readonly texts: Texts;
  /** aborted when nothing that is said can be seen any more */
  readonly ended: AbortSignal;
  /** Sets the text of a node. */
  say<Target extends Element>(node: Target, key: TextKey, values?: TextValues): Target;
  /** Sets an attribute that is read out. */
  label<Target extends Element>(node: Target, attribute: string, key: TextKey): Target;
}

/** What an element gives the flow that runs in it. */
export interface Host extends HTMLElement {
  readonly notary: Promise<Notary>;
}

/** What a person goes through in one element, a view at a time. */
export abstract class Flow implements Speaker {
  protected readonly host: Host;
  readonly #root: HTMLElement;
  #texts: Texts;
  readonly #end = new AbortController();
  #labels = new Map<Node, Map<string, (texts: Texts) => void>>();

  constructor(host: Host, root: HTMLElement, texts: Texts) {
    this.host = host;
    this.#root = root;
    this.#texts = texts;
  }

  /** Shows the first view. */
  abstract start(): void;

  get texts(): Texts {
    return this.#texts;
  }

  get ended(): AbortSignal {
    return this.#end.signal;
  }

  /** Stops what still runs: another flow takes the place of this one. */
  end(): void {
    this.#end.abort();
  }

  /** Says everything again in another language. */
  speak(texts: Texts): void {
    this.#texts = texts;
    for (const labels of this.#labels.values()) for (const apply of labels.values()) apply(texts);
  }

  say<Target extends Element>(node: Target, key: TextKey, values?: TextValues): Target {
    this.#bind(node, '', (texts) => {
      node.textContent = texts.get(key, values?.(texts));
    });
    return node;
  }

  label<Target extends Element>(node: Target, attribute: string, key: TextKey): Target {
    this.#bind(node, attribute, (texts) => node.setAttribute(attribute, texts.get(key)));
    return node;
  }

  /** Forgets the texts of the view that is about to go. Call before building the next one. */
  protected fresh(): void {
    this.#labels.clear();
  }

  /** Replaces the view. All but the first take the focus to their beginning. */
  protected show(...view: Node[]): void {
    if (this.ended.aborted) return;
    const first = !this.#root.hasChildNodes();
    this.#root.replaceChildren(...view);
    if (!first) this.#root.querySelector<HTMLElement>('[part~=title], input')?.focus();
  }

  /** Tells the page what happened; bubbles, and leaves shadow trees. */
  protected tell(name: string, detail: unknown): void {
    if (this.ended.aborted) return;
    const event = new CustomEvent(`notary-${name}`, { detail, bubbles: true, composed: true });
    this.host.dispatchEvent(event);
  }

  protected get notary(): Promise<Notary> {
    return this.host.notary;
  }

  /** The shortest password the service takes, in code points. */
  protected readonly minLength = async (): Promise<number> =>
    (await (await this.notary).service()).minLength;

  protected title(key: TextKey): HTMLElement {
    return this.say(h('h2', { part: 'title', tabindex: '-1' }), key);
  }

  #bind(node: Node, what: string, apply: (texts: Texts) => void): void {
    apply(this.#texts);
    const labels = this.#labels.get(node) ?? new Map();
    this.#labels.set(node, labels.set(what, apply));
  }
}
