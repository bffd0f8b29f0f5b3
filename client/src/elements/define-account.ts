import { NotaryAccount } from './account.ts';

customElements.define('notary-account', NotaryAccount);
