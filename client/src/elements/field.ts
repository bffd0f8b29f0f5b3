import { h } from './dom.ts';
import type { Speaker, TextKey, TextValues } from './flow.ts';

let lastId = 0;

/** One input with its label, its hint and the place for its error. */
export class Field<Input extends HTMLInputElement | HTMLTextAreaElement = HTMLInputElement> {
  readonly root: HTMLElement;
  readonly input: Input;
  protected readonly speaker: Speaker;
  readonly #error: HTMLElement;
  readonly #missing: TextKey | undefined;

  /** `missing`: what to say when it is left empty; without it the field may be empty. */
  constructor(
    speaker: Speaker,
    label: TextKey,
    input: Input,
    {
      missing,
      beside = [],
      below = [],
    }: { missing?: TextKey; beside?: Node[]; below?: Node[] } = {},
  ) {
    const id = `field-${++lastId}`;
    input.id = id;
    input.setAttribute('part', 'input');
    this.speaker = speaker;
    this.input = input;
    this.#missing = missing;
    this.#error = h('p', { id: `${id}-error`, part: 'field-error', role: 'alert' });
    const described = below.map((node, i) => {
      (node as Element).id = `${id}-below-${i}`;
      return (node as Element).id;
    });
    input.setAttribute('aria-describedby', [this.#error.id, ...described].join(' '));
    this.root = h(
      'div',
      { class: 'field' },
      speaker.say(h('label', { for: id, part: 'label' }), label),
      h('div', { class: 'line', part: 'line' }, input, ...beside),
      ...below,
    );
    input.addEventListener('input', () => this.fail(undefined));
  }

  get value(): string {
    return this.input.value;
  }

  /** Whether the value can be sent; says why not. */
  async check(): Promise<boolean> {
    const complete = this.#missing === undefined || this.input.value !== '';
    this.fail(complete ? undefined : this.#missing);
    return complete;
  }

  /** Shows an error below the input, or takes it away: hidden, it would still be read out. */
  fail(key: TextKey | undefined, values?: TextValues): void {
    this.#error.remove();
    this.input.removeAttribute('aria-invalid');
    if (key === undefined) return;
    this.input.setAttribute('aria-invalid', 'true');
    this.root.append(this.speaker.say(this.#error, key, values));
  }
}

/** The address; `value` given: fixed, but there for the password manager to read. */
export class AddressField extends Field {
  constructor(speaker: Speaker, label: TextKey = 'address', value?: string) {
    const input = h('input', {
      type: 'email',
      name: 'username',
      autocomplete: label === 'address' ? 'username' : 'off',
      inputmode: 'email',
      autocapitalize: 'none',
      spellcheck: 'false',
      required: true,
      readonly: value !== undefined,
    });
    input.value = value ?? '';
    super(speaker, label, input, { missing: 'addressMissing' });
  }

  override get value(): string {
    return this.input.value.trim();
  }

  override async check(): Promise<boolean> {
    // The service decides what an address is; this only catches what cannot be one.
    const plausible = /^[^\s@]+@[^\s@]+$/.test(this.value);
    this.fail(plausible ? undefined : 'addressMissing');
    return plausible;
  }
}

/** Where an account is to move: to another address than its present one. */
export class NewAddressField extends AddressField {
  readonly #present: string;

  constructor(speaker: Speaker, present: string) {
    super(speaker, 'newAddress');
    this.#present = present;
  }

  override async check(): Promise<boolean> {
    const other = this.value.toLowerCase() !== this.#present;
    if (!other) this.fail('addressSame');
    return other && super.check();
  }
}
