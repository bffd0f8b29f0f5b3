/** What pages of other origins load: registers the elements, exports the SDK. */
import './elements/define-account.ts';
import './elements/define-confirm.ts';
import './elements/define-signup.ts';

export * from './sdk/index.ts';
