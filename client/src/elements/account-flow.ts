import type { NotaryKey } from '../sdk/key.ts';
import { button, h } from './dom.ts';
import { AddressField, NewAddressField } from './field.ts';
import { Flow, type TextKey, type TextValues } from './flow.ts';
import type { LoadedFlow } from './notary-element.ts';
import { NewPasswordField, PasswordField } from './password-field.ts';
import { sheet } from './sheet.ts';
import { signedRequest, signRequestForm } from './sign-request.ts';
import { taskForm } from './task-form.ts';

/** Signing in, and what can be done then. */
export class AccountFlow extends Flow {
  #key: NotaryKey | undefined;

  override start(): void {
    this.#signIn();
  }

  #signIn(): void {
    this.fresh();
    const address = new AddressField(this);
    const password = new PasswordField(this);
    const forgot = this.say(
      button('button quiet', () => this.#forgot(address.value)),
      'forgot',
    );
    const form = taskForm(this, {
      fields: [address, password],
      submit: 'signIn',
      others: [forgot],
      run: async (options) => {
        const credentials = { address: address.value, password: password.value };
        this.#key = await (await this.notary).unlock(credentials, options);
        this.#overview(this.#key);
        this.tell('unlocked', { key: this.#key });
      },
    });
    this.show(this.title('signIn'), form);
  }

  #forgot(known: string): void {
    this.fresh();
    const address = new AddressField(this);
    address.input.value = known;
    this.#newPassword('forgotTitle', 'forgotIntro', 'sendLink', address, () => this.#signIn());
  }

  #overview(key: NotaryKey): void {
    this.fresh();
    const facts = h(
      'dl',
      { part: 'facts' },
      this.say(h('dt'), 'address'),
      h('dd', {}, h('bdi', {}, key.address)),
      this.say(h('dt'), 'fingerprint'),
      h('dd', {}, h('code', {}, key.thumbprint)),
    );
    const choice = (text: TextKey, part: string, open: () => void) =>
      this.say(button(part, open), text);
    this.show(
      this.title('signedInAs'),
      this.say(h('p', { part: 'intro' }), 'confirmedSince', (texts) => ({
        date: texts.date(key.confirmedAt),
      })),
      ...(key.outdated ? [this.say(h('p', { part: 'notice' }), 'outdated')] : []),
      facts,
      h(
        'div',
        { part: 'choices' },
        choice('signRequest', 'button', () => this.#signRequest(key)),
        choice('changePassword', 'button', () => this.#changePassword(key)),
        choice('changeAddress', 'button', () => this.#changeAddress(key)),
        choice('disable', 'button danger-quiet', () => this.#disable(key)),
      ),
      h(
        'div',
        { class: 'row' },
        choice('lock', 'button quiet', () => this.#lock(key)),
      ),
    );
  }

  #lock(key: NotaryKey): void {
    key.lock();
    this.#key = undefined;
    this.#signIn();
    this.tell('locked', {});
  }

  #signRequest(key: NotaryKey): void {
    this.fresh();
    const result = h('div', { part: 'result', 'aria-live': 'polite' });
    const form = signRequestForm(this, this.#back(key), async (request) => {
      result.replaceChildren(...(await signedRequest(this, key, request)));
    });
    // Never beside another request than the one it was made for.
    form.addEventListener('submit', () => result.replaceChildren());
    this.show(
      this.title('signRequest'),
      this.say(h('p', { part: 'intro' }), 'signRequestIntro'),
      form,
      result,
    );
  }

  #changePassword(key: NotaryKey): void {
    this.fresh();
    const address = new AddressField(this, 'address', key.address);
    this.#newPassword('changePassword', 'changePasswordIntro', 'sendLink', address, () =>
      this.#overview(key),
    );
  }

  /** Choosing a password anew is one thing, whether the old one is known or not. */
  #newPassword(
    title: TextKey,
    intro: TextKey,
    submit: TextKey,
    address: AddressField,
    back: () => void,
  ): void {
    const password = new NewPasswordField(this, () => address.value, this.minLength, 'newPassword');
    const form = taskForm(this, {
      fields: [address, password],
      submit,
      others: [this.say(button('button quiet', back), 'back')],
      run: async (options) => {
        const notary = await this.notary;
        const { confirmationTtl } = await notary.service(options.signal);
        const credentials = { address: address.value, password: password.value };
        await notary.changePassword(credentials, options);
        this.#sent('linkSent', back, (texts) => ({
          address: credentials.address,
          duration: texts.duration(confirmationTtl),
        }));
      },
    });
    this.show(this.title(title), this.say(h('p', { part: 'intro' }), intro), form);
  }

  #changeAddress(key: NotaryKey): void {
    this.fresh();
    const address = new NewAddressField(this, key.address);
    const password = new PasswordField(this);
    const form = taskForm(this, {
      fields: [address, password],
      submit: 'sendLink',
      others: [this.#back(key)],
      run: async (options) => {
        const notary = await this.notary;
        const { confirmationTtl } = await notary.service(options.signal);
        const asked = { address: key.address, newAddress: address.value, password: password.value };
        // The new key is made with this password: a slip of the finger must not become the password.
        await notary.unlock({ address: key.address, password: password.value }, options);
        const { newAddress } = await notary.changeAddress(asked, options);
        this.#sent(
          'addressSent',
          () => this.#overview(key),
          (texts) => ({
            address: key.address,
            newAddress,
            duration: texts.duration(confirmationTtl),
          }),
        );
      },
    });
    this.show(
      this.title('changeAddress'),
      this.say(h('p', { part: 'intro' }), 'changeAddressIntro'),
      form,
    );
  }

  #disable(key: NotaryKey): void {
    this.fresh();
    const { address } = key;
    const form = taskForm(this, {
      fields: [],
      submit: 'disableSure',
      submitValues: () => ({ address }),
      emphasis: 'danger',
      others: [this.#back(key)],
      run: async (options) => {
        await (await this.notary).disable(key, options);
        this.#key = undefined;
        this.fresh();
        this.show(
          this.title('disabledTitle'),
          this.say(h('p'), 'disabled', () => ({ address })),
          h(
            'div',
            { class: 'row' },
            this.say(
              button('button', () => this.#signIn()),
              'signIn',
            ),
          ),
        );
        this.tell('disabled', { address });
      },
    });
    this.show(this.title('disable'), this.say(h('p', { part: 'intro' }), 'disableIntro'), form);
  }

  #sent(text: TextKey, back: () => void, values: TextValues): void {
    this.fresh();
    this.show(
      this.title('sentTitle'),
      this.say(h('p'), text, values),
      h('div', { class: 'row' }, this.say(button('button', back), 'back')),
    );
  }

  #back(key: NotaryKey): Node {
    return this.say(
      button('button quiet', () => this.#overview(key)),
      'back',
    );
  }
}

export const loaded: LoadedFlow = {
  make: (host, root, texts) => new AccountFlow(host, root, texts),
  sheet,
};
