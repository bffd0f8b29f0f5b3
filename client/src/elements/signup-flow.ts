import type { SignUp } from '../sdk/notary.ts';
import { button, h } from './dom.ts';
import { AddressField } from './field.ts';
import { Flow } from './flow.ts';
import type { LoadedFlow } from './notary-element.ts';
import { NewPasswordField } from './password-field.ts';
import { sheet } from './sheet.ts';
import { taskForm } from './task-form.ts';

/** Asking for an account, and for the mail again. */
export class SignupFlow extends Flow {
  override start(): void {
    this.#form();
  }

  #form(): void {
    this.fresh();
    const address = new AddressField(this);
    const password = new NewPasswordField(this, () => address.value, this.minLength);
    const form = taskForm(this, {
      fields: [address, password],
      submit: 'signUp',
      run: async (options) => {
        const notary = await this.notary;
        const { confirmationTtl } = await notary.service(options.signal);
        const credentials = { address: address.value, password: password.value };
        this.#sent(await notary.signUp(credentials, options), confirmationTtl);
      },
    });
    this.show(this.title('signUpTitle'), this.say(h('p', { part: 'intro' }), 'signUpIntro'), form);
  }

  #sent(signUp: SignUp, seconds: number): void {
    this.fresh();
    const { address } = signUp;
    const status = h('p', { role: 'status', part: 'hint' });
    const values = (texts: typeof this.texts) => ({ address, duration: texts.duration(seconds) });
    const other = this.say(
      button('button quiet', () => this.#form()),
      'otherAddress',
    );
    const again = taskForm(this, {
      fields: [],
      submit: 'resend',
      emphasis: 'plain',
      others: [other],
      run: async (options) => {
        await signUp.resend(options);
        this.say(status, 'resent');
      },
    });
    this.show(
      this.title('sentTitle'),
      this.say(h('p'), 'sent', values),
      this.say(h('p'), 'sentNext'),
      status,
      again,
    );
    this.tell('sent', { address });
  }
}

export const loaded: LoadedFlow = {
  make: (host, root, texts) => new SignupFlow(host, root, texts),
  sheet,
};
