import { NotarySignup } from './signup.ts';

customElements.define('notary-signup', NotarySignup);
