import { canonical } from '../collection/canonical.ts';
import type { Pulled, StoredSignature } from '../collection/pull.ts';
import { readPublicKey, type SignerKey, verifyPayload } from '../collection/signature.ts';
import { h } from '../elements/dom.ts';
import { Notary } from '../sdk/notary.ts';
import { type PageKey, startPage } from './page.ts';

/** What was found out, kept to be shown again in another language. */
type Outcome =
  | { state: 'failed'; text: PageKey; values?: Record<string, string> }
  | ({ state: 'checked'; genuine: boolean; tampered: boolean } & Checked);

interface Checked {
  pulled: Pulled;
  key: SignerKey;
  signature: string;
  trusted: boolean;
}

class Refusal extends Error {
  readonly text: PageKey;

  constructor(text: PageKey) {
    super(text);
    this.text = text;
  }
}

const form = document.querySelector('#source') as HTMLFormElement;
const status = document.querySelector('#status') as HTMLElement;
const place = document.querySelector('#outcome') as HTMLElement;
let outcome: Outcome | undefined;

let texts = await startPage((changed) => {
  texts = changed;
  paint();
});

const input = (name: string) => form.elements.namedItem(name) as HTMLInputElement;
const fields = ['server', 'bucket', 'collection', 'key'];

// `#server=…&bucket=…&collection=…&key=…` fills the form in, and says what to look at on its own.
const given = new URLSearchParams(location.hash.slice(1));
for (const name of fields) input(name).value = given.get(name) ?? '';

const signers = await new Notary('..')
  .service()
  .then((service) => service.signers)
  .catch((): readonly string[] => []);
document
  .querySelector('#servers')
  ?.append(...signers.map((origin) => h('option', { value: origin })));
input('server').value ||= signers[0] ?? '';
form.addEventListener('submit', (event) => {
  event.preventDefault();
  check();
});
if (['server', 'bucket', 'collection'].every((name) => given.get(name))) check();

async function check(): Promise<void> {
  const [server, bucket, collection, trusted] = fields.map((name) => input(name).value.trim());
  outcome = undefined;
  paint();
  if (!server || !bucket || !collection) {
    outcome = { state: 'failed', text: 'missingFields' };
    return paint();
  }
  status.textContent = texts.get('pulling');
  try {
    const { pull } = await import('../collection/pull.ts');
    await pull({ server, bucket, collection }, async (pulled) => {
      const checked = await choose(pulled, trusted);
      const genuine = await verifyPayload(checked.key, checked.signature, pulled.payload);
      outcome = { ...checked, state: 'checked', genuine, tampered: false };
      // Thrown, so that kinto.js stores nothing of it.
      if (!genuine) throw new Refusal('forged');
    });
  } catch (error) {
    outcome ??= failure(error);
  }
  status.textContent = '';
  paint();
}

/** The signature to believe: that of the trusted key, or else the first that names a key. */
async function choose(pulled: Pulled, trusted: string | undefined): Promise<Checked> {
  const [first] = pulled.signatures;
  if (!first) throw new Refusal('unsigned');
  if (trusted) {
    const key = await readPublicKey(trusted).catch(() => {
      throw new Refusal('badKey');
    });
    return {
      pulled,
      key,
      signature: (await signedBy(key, pulled)) ?? first.signature,
      trusted: true,
    };
  }
  const named = pulled.signatures.find((one): one is Required<StoredSignature> => !!one.public_key);
  if (!named) throw new Refusal('noPublicKey');
  return {
    pulled,
    key: await readPublicKey(named.public_key),
    signature: named.signature,
    trusted: false,
  };
}

/** While keys change there are several signatures; the one this key made counts. */
async function signedBy(
  key: SignerKey,
  { payload, signatures }: Pulled,
): Promise<string | undefined> {
  for (const { signature } of signatures) {
    if (await verifyPayload(key, signature, payload)) return signature;
  }
  return undefined;
}

function failure(error: unknown): Outcome {
  if (error instanceof Refusal) return { state: 'failed', text: error.text };
  const origins = signers.join(', ');
  return { state: 'failed', text: 'unreachable', values: { origins } };
}

/** The same check over the same payload, but for one bit of one byte. */
async function tamper(checked: Checked): Promise<void> {
  const { payload } = checked.pulled;
  const at = payload.lastIndexOf('"}') - 1;
  const other = String.fromCharCode(payload.charCodeAt(at) ^ 1);
  const changed = payload.slice(0, at) + other + payload.slice(at + 1);
  const genuine = await verifyPayload(checked.key, checked.signature, changed);
  outcome = { ...checked, state: 'checked', genuine, tampered: true };
  paint();
}

function paint(): void {
  place.replaceChildren(...(outcome ? shown(outcome) : []));
}

function shown(result: Outcome): Node[] {
  if (result.state === 'failed') {
    const values = { origins: result.values?.origins || texts.get('nobody') };
    return [h('div', { class: 'verdict bad' }, h('p', {}, texts.get(result.text, values)))];
  }
  const { genuine, tampered, trusted, key, pulled } = result;
  const again = h('button', { type: 'button', class: 'quiet' }, texts.get('tamper'));
  again.addEventListener('click', () => tamper(result));
  return [
    h(
      'div',
      { class: genuine ? 'verdict' : 'verdict bad' },
      h('strong', {}, texts.get(genuine ? 'genuine' : 'forged')),
      ...(tampered ? [h('p', {}, texts.get('tampered'))] : []),
      h(
        'p',
        {},
        texts.get(genuine ? 'genuineText' : 'forgedText', { count: pulled.records.length }),
      ),
      h('p', { class: 'soft' }, texts.get(trusted ? 'keyTrusted' : 'keyUnknown')),
      h('p', { class: 'soft' }, texts.get('keyFingerprint', { fingerprint: key.fingerprint })),
    ),
    ...(genuine ? [h('div', { class: 'row' }, again)] : []),
    h('h2', {}, texts.get('payload')),
    ...pulled.records.map((record) =>
      h('pre', { class: 'wrap', tabindex: '0' }, canonical(record)),
    ),
  ];
}
