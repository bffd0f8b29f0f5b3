/** What pages of other origins load: registers the elements, exports the SDK. */
import './elements/account.ts';
import './elements/confirm.ts';
import './elements/signup.ts';

export * from './sdk/index.ts';
