import type { Reason } from '../strength/estimate.ts';
import { arrived } from './arrived.ts';
import { h } from './dom.ts';
import { Field } from './field.ts';
import type { Speaker, TextKey } from './flow.ts';

/** A password that exists already. No `name`, so that no form could ever send it. */
export class PasswordField extends Field {
  protected readonly reveal: HTMLButtonElement;

  constructor(
    speaker: Speaker,
    autocomplete: 'current-password' | 'new-password' = 'current-password',
    label: TextKey = 'password',
    below: Node[] = [],
  ) {
    const input = h('input', {
      type: 'password',
      autocomplete,
      autocapitalize: 'none',
      spellcheck: 'false',
      required: true,
    });
    const reveal = h('button', { type: 'button', part: 'reveal', 'aria-pressed': 'false' });
    speaker.label(reveal, 'aria-label', 'showPassword');
    // The word stays: what a toggle does is its name, and `aria-pressed` says whether it is on.
    reveal.append(speaker.say(h('span', { 'aria-hidden': 'true' }), 'show'));
    reveal.addEventListener('click', () => {
      const shown = input.type === 'password';
      input.type = shown ? 'text' : 'password';
      reveal.setAttribute('aria-pressed', String(shown));
    });
    super(speaker, label, input, { missing: 'passwordMissing', beside: [reveal], below });
    this.reveal = reveal;
  }
}

/** The reasons that name a part of the password, without it: for as long as it is masked. */
const MASKED: Partial<Record<Reason, TextKey>> = {
  reasonCommon: 'maskedCommon',
  reasonAddress: 'maskedAddress',
  reasonSequence: 'maskedSequence',
  reasonRepeat: 'maskedRepeat',
  reasonDate: 'maskedDate',
};

/** A password that is being chosen, with a meter that gives its reason in words. */
export class NewPasswordField extends PasswordField {
  readonly #bar: HTMLElement;
  readonly #verdict: HTMLElement;
  readonly #address: () => string;
  readonly #minLength: () => Promise<number>;

  /** `address`: its words are weak; `minLength`: in code points, from the service */
  constructor(
    speaker: Speaker,
    address: () => string,
    minLength: () => Promise<number>,
    label?: TextKey,
  ) {
    const bar = h('div', { class: 'meter', part: 'meter', 'aria-hidden': 'true' });
    bar.append(h('i'), h('i'), h('i'), h('i'));
    const verdict = h('p', { part: 'hint', 'aria-live': 'polite' });
    super(speaker, 'new-password', label, [h('div', { class: 'strength' }, bar, verdict)]);
    this.#bar = bar;
    this.#verdict = verdict;
    this.#address = address;
    this.#minLength = minLength;
    this.#rule();
    // A service that is away is the form's to report, when it is sent.
    const judge = () => this.#judge().catch(() => {});
    this.input.addEventListener('input', judge);
    this.reveal.addEventListener('click', judge);
  }

  override async check(): Promise<boolean> {
    const weak = await this.#judge();
    if (weak) this.fail(weak);
    return !weak && super.check();
  }

  async #rule(): Promise<void> {
    // Without the service there is no number to show; the form will say so when it is sent.
    const count = await this.#minLength().catch(() => 0);
    if (count > 0 && this.value === '')
      this.speaker.say(this.#verdict, 'lengthRule', () => ({ count }));
  }

  /** Shows how strong it is; answers with the error when it cannot be used. */
  async #judge(): Promise<TextKey | undefined> {
    const { value } = this;
    if (value === '') {
      this.#show(0);
      await this.#rule();
      return 'passwordMissing';
    }
    const min = await this.#minLength();
    const { estimate } = await arrived(import('../strength/estimate.ts'));
    if (value !== this.value) return this.#judge();
    const { score, length, reason, word } = estimate(value, this.#address());
    if (length < min) {
      this.#show(1);
      this.speaker.say(this.#verdict, 'tooShort', () => ({ count: length, min }));
      return 'password_too_short';
    }
    this.#show(Math.max(score, 1));
    const said = this.input.type === 'text' ? reason : (MASKED[reason] ?? reason);
    this.speaker.say(this.#verdict, 'verdict', (texts) => ({
      strength: texts.get(`strength${score}`),
      reason: texts.get(said, { word }),
    }));
    return score < 2 ? 'weak_password' : undefined;
  }

  /** Fills so many of the four pieces. */
  #show(pieces: number): void {
    this.#bar.dataset.score = String(pieces);
  }
}
