import './language.ts';
import '../elements/signup.ts';
import { startPage } from './page.ts';

const root = new URL('..', location.href).href.replace(/\/$/, '');
const { origin } = new URL(root);

const example = `<style>
  notary-signup { --notary-accent: #5a3fc0; }
</style>
<notary-signup base="${root}"></notary-signup>
<script type="module" src="${root}/assets/notary.js"></script>
<script type="module">
  addEventListener('notary-sent', ({ detail }) => {
    console.log('A mail is on its way to', detail.address);
  });
</script>`;

const policy = `script-src 'self' ${origin} 'wasm-unsafe-eval'; worker-src blob: ${origin}; connect-src 'self' ${origin}`;

await startPage();
(document.querySelector('#example') as HTMLElement).textContent = example;
(document.querySelector('#policy') as HTMLElement).textContent = policy;
