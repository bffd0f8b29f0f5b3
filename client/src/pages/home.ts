import { startPage } from './page.ts';

await startPage();
// After the language is known, so that the element speaks it from the start.
await import('../elements/define-signup.ts');
