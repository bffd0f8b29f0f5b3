import { NotaryConfirm } from './confirm.ts';

customElements.define('notary-confirm', NotaryConfirm);
