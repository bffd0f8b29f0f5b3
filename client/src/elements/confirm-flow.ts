import type { CallOptions, Credentials } from '../sdk/attempt.ts';
import { NotaryError } from '../sdk/error.ts';
import type { Confirmation, Notary } from '../sdk/notary.ts';
import type { ConfirmationLink } from './confirmation-link.ts';
import { button, h } from './dom.ts';
import { AddressField, Field } from './field.ts';
import { Flow, type TextKey, type TextValues } from './flow.ts';
import type { LoadedFlow } from './notary-element.ts';
import { NewPasswordField, PasswordField } from './password-field.ts';
import { sheet } from './sheet.ts';
import { taskForm } from './task-form.ts';

/** Confirming: ready, refused, run out, already done, opened on another device, one more to go. */
export class ConfirmFlow extends Flow {
  readonly #link: ConfirmationLink;
  /** what the link does not name and a person typed, for the next try */
  #typed = { address: '', token: '' };
  /** when the page was opened: a link cannot be younger */
  readonly #opened = performance.now();

  constructor(link: ConfirmationLink, ...rest: ConstructorParameters<typeof Flow>) {
    super(...rest);
    this.#link = link;
  }

  override start(): void {
    this.#ready();
  }

  /** With a token: type the password. Without: opened somewhere else, so ask for everything. */
  #ready(): void {
    this.fresh();
    const { token } = this.#link;
    const address = this.#addressField();
    const password = new PasswordField(this);
    const code = token === undefined ? this.#codeField() : undefined;
    const form = taskForm(this, {
      fields: [...(code ? [address, code] : [address]), password],
      submit: 'confirm',
      run: async (options) => {
        const credentials = { address: address.value, password: password.value };
        this.#typed = { address: address.value, token: code?.value.trim() ?? '' };
        await this.#confirm(credentials, token ?? this.#typed.token, options);
      },
    });
    this.show(
      this.title(token === undefined ? 'otherDeviceTitle' : 'confirmTitle'),
      this.say(h('p', { part: 'intro' }), token === undefined ? 'otherDevice' : 'confirmIntro'),
      form,
      this.say(h('p', { class: 'small' }), 'confirmHere'),
    );
  }

  /** The link's own address is fixed; a typed one may hold a slip of the finger. */
  #addressField(): AddressField {
    const field = new AddressField(this, 'address', this.#link.address);
    field.input.value ||= this.#typed.address;
    return field;
  }

  #codeField(): Field {
    const input = h('input', {
      autocomplete: 'one-time-code',
      autocapitalize: 'none',
      spellcheck: 'false',
    });
    input.value = this.#typed.token;
    return new Field(this, 'token', input, { missing: 'tokenMissing' });
  }

  async #confirm(credentials: Credentials, token: string, options: CallOptions): Promise<void> {
    const notary = await this.notary;
    let confirmation: Confirmation;
    try {
      confirmation = await notary.confirm({ ...credentials, token }, options);
    } catch (error) {
      if (!(error instanceof NotaryError) || error.code !== 'confirmation_failed') throw error;
      return this.#refused(notary, credentials, options);
    }
    const { status, address } = confirmation;
    if (status === 'confirmed') this.#finished('doneTitle', 'done', () => ({ address }));
    else this.#finished('oneMoreTitle', 'oneMore');
    this.tell('confirmed', { address, status });
  }

  /** The service says no, and on purpose not why; what it does say about the key tells the rest. */
  async #refused(notary: Notary, credentials: Credentials, options: CallOptions): Promise<void> {
    try {
      const { address } = await notary.unlock(credentials, options);
      return this.#finished('alreadyTitle', 'already', () => ({ address }));
    } catch (error) {
      if (!(error instanceof NotaryError) || error.code !== 'wrong_password') throw error;
    }
    const { confirmationTtl } = await notary.service(options.signal);
    const open = (performance.now() - this.#opened) / 1000;
    if (open > confirmationTtl) this.#newLink('expiredTitle', 'expired', confirmationTtl);
    else this.#again(confirmationTtl);
  }

  /** Wrong password, or a link that is no good any more: offer both ways on. */
  #again(ttl: number): void {
    this.fresh();
    const retry = this.say(
      button('button primary', () => this.#ready()),
      'tryAgain',
    );
    const renew = this.say(
      button('button', () => this.#newLink('renewTitle', 'renew', ttl)),
      'newLink',
    );
    this.show(
      this.title('refusedTitle'),
      this.say(h('p', { role: 'alert' }), 'refused'),
      ...(this.#movesAddress ? [this.say(h('p'), 'otherMailbox')] : []),
      h('div', { class: 'row', part: 'actions' }, retry, renew),
    );
  }

  /** A link that ran out is replaced by asking for the same thing again. */
  #newLink(title: TextKey, text: TextKey, ttl: number): void {
    this.fresh();
    const { purpose } = this.#link;
    const duration: TextValues = (texts) => ({ duration: texts.duration(ttl) });
    const back = this.say(
      button('button quiet', () => this.#ready()),
      'back',
    );
    if (this.#movesAddress) {
      // Only somebody who is signed in knows both addresses.
      this.show(
        this.title(title),
        this.say(h('p'), 'expiredAddressChange', duration),
        this.#onward(),
      );
      return;
    }
    const address = this.#addressField();
    const password = new NewPasswordField(
      this,
      () => address.value,
      this.minLength,
      purpose === 'password' ? 'newPassword' : 'password',
    );
    const form = taskForm(this, {
      fields: [address, password],
      submit: 'newLink',
      others: [back],
      run: async (options) => {
        const notary = await this.notary;
        const credentials = { address: address.value, password: password.value };
        if (purpose === 'password') await notary.changePassword(credentials, options);
        else await notary.signUp(credentials, options);
        this.#finished('sentTitle', purpose === 'password' ? 'linkSent' : 'sent', (texts) => ({
          address: credentials.address,
          duration: texts.duration(ttl),
        }));
      },
    });
    this.show(this.title(title), this.say(h('p'), text, duration), form);
  }

  get #movesAddress(): boolean {
    return this.#link.purpose === 'address_old' || this.#link.purpose === 'address_new';
  }

  /** The form is gone, which is when password managers offer to save. */
  #finished(title: TextKey, text: TextKey, values?: TextValues): void {
    this.fresh();
    const rest = title === 'doneTitle' || title === 'alreadyTitle' ? [this.#onward()] : [];
    this.show(this.title(title), this.say(h('p'), text, values), ...rest);
  }

  /** The place to sign in: attribute `account`; nothing where the page names none. */
  #onward(): Node {
    const href = this.host.getAttribute('account');
    return href ? this.say(h('a', { href, part: 'button primary' }), 'toAccount') : h('span');
  }
}

/** The flow for one link. */
export function loadedFor(link: ConfirmationLink): LoadedFlow {
  return { make: (...rest) => new ConfirmFlow(link, ...rest), sheet };
}
