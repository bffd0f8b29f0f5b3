// First, so that the element finds the page in the person's language.
import './language.ts';
import '../elements/account.ts';
import { startPage } from './page.ts';

// Somebody who is signed in needs no invitation to sign up.
const invitation = document.querySelector('#invitation') as HTMLElement;
addEventListener('notary-unlocked', () => {
  invitation.hidden = true;
});
for (const left of ['notary-locked', 'notary-disabled']) {
  addEventListener(left, () => {
    invitation.hidden = false;
  });
}

startPage();
