import { canonical } from '../collection/canonical.ts';
import type { JsonObject } from '../collection/json.ts';
import type { Pulled, StoredSignature } from '../collection/pull.ts';
import { readPublicKey, type SignerKey, verifyPayload } from '../collection/signature.ts';
import { h } from '../elements/dom.ts';
import { Notary } from '../sdk/notary.ts';
import { type PageKey, startPage } from './page.ts';

/** What was found out, kept to be shown again in another language. */
type Outcome =
  | { state: 'failed'; text: PageKey; values?: Record<string, string> }
  | ({ state: 'checked'; genuine: boolean; change?: Change } & Checked);

interface Checked {
  pulled: Pulled;
  key: SignerKey;
  signature: string;
  trusted: boolean;
  /** who did sign, where that is not the trusted key */
  stranger?: SignerKey | undefined;
}

/** Where this page has changed a byte: in the canonical form of a record, which is now `text`. */
interface Change {
  record: JsonObject;
  text: string;
  at: number;
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

const signer = await new Notary('..')
  .service()
  .then((service) => service.signer)
  .catch(() => undefined);
input('server').value ||= signer ?? '';
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
      outcome = { ...checked, state: 'checked', genuine };
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
    const signature = await signedBy(key, pulled);
    const stranger = signature ? undefined : await whoSigned(pulled);
    return { pulled, key, signature: signature ?? first.signature, trusted: true, stranger };
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

/** The first key that a signature names and that has made it. */
async function whoSigned({ payload, signatures }: Pulled): Promise<SignerKey | undefined> {
  for (const { signature, public_key } of signatures) {
    const key = public_key && (await readPublicKey(public_key).catch(() => undefined));
    if (key && (await verifyPayload(key, signature, payload))) return key;
  }
  return undefined;
}

function failure(error: unknown): Outcome {
  if (error instanceof Refusal) return { state: 'failed', text: error.text };
  return { state: 'failed', text: 'unreachable', values: { origins: signer ?? '' } };
}

/** The same check over the same payload, but for one bit of a record's last letter or digit. */
async function tamper(checked: Checked, record: JsonObject): Promise<void> {
  const { key, signature, pulled } = checked;
  const original = canonical(record);
  const at = original.search(/\w(?=\W*$)/);
  const other = String.fromCharCode(original.charCodeAt(at) ^ 1);
  const text = original.slice(0, at) + other + original.slice(at + 1);
  const genuine = await verifyPayload(
    key,
    signature,
    pulled.payload.replace(original, () => text),
  );
  outcome = { ...checked, state: 'checked', genuine, change: { record, text, at } };
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
  const { genuine, change, trusted, key, stranger, pulled } = result;
  const verdict = stranger ? 'strangerText' : genuine ? 'genuineText' : 'forgedText';
  const { fingerprint } = stranger ?? key;
  const again = h('button', { type: 'button', class: 'quiet' }, texts.get('tamper'));
  const [record] = pulled.records;
  if (record) again.addEventListener('click', () => tamper(result, record));
  return [
    h(
      'div',
      { class: genuine ? 'verdict' : 'verdict bad' },
      h('strong', {}, texts.get(genuine ? 'genuine' : 'forged')),
      ...(change ? [h('p', {}, texts.get('tampered'))] : []),
      h('p', {}, texts.get(verdict, { count: pulled.records.length })),
      ...(genuine
        ? [h('p', { class: 'soft' }, texts.get(trusted ? 'keyTrusted' : 'keyUnknown'))]
        : []),
      h('p', { class: 'soft' }, texts.get('keyFingerprint', { fingerprint })),
    ),
    ...(genuine && record ? [h('div', { class: 'row' }, again)] : []),
    h('h2', {}, texts.get('payload')),
    ...pulled.records.map((record) =>
      h('pre', { class: 'wrap', tabindex: '0' }, ...written(record, change)),
    ),
  ];
}

/** A record's canonical form, with what this page has changed in it marked. */
function written(record: JsonObject, change: Change | undefined): (Node | string)[] {
  if (change?.record !== record) return [canonical(record)];
  const { text, at } = change;
  return [text.slice(0, at), h('mark', {}, text.charAt(at)), text.slice(at + 1)];
}
