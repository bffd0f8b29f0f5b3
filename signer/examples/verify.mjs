// node verify.mjs https://settings.example.com/v1/buckets/blog/collections/articles public.pem
import { readFileSync } from 'node:fs';

const [url, pem] = process.argv.slice(2);
const algorithm = { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' };

// Object keys by code point, everything outside of printable ASCII escaped; of numbers, integers.
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const keys = Object.keys(value).sort(byCodePoint);
    return `{${keys.map((key) => `${canonical(key)}:${canonical(value[key])}`).join(',')}}`;
  }
  const escape = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value).replace(/[\x7f-\uffff]/g, escape);
}

// What UTF-8's bytes would say; JavaScript's own order is that of UTF-16.
const byCodePoint = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));

const { metadata, timestamp, changes } = await (await fetch(`${url}/changeset?_expected=0`)).json();
const data = changes.sort((a, b) => byCodePoint(a.id, b.id));
const payload = canonical({ data, last_modified: String(timestamp) });

const spki = Buffer.from(readFileSync(pem, 'utf8').replace(/-----.*-----/g, ''), 'base64');
const key = await crypto.subtle.importKey('spki', spki, algorithm, false, ['verify']);
const signature = Buffer.from(metadata.signature.signature, 'base64url');
const signed = Buffer.from(`Content-Signature:\0${payload}`);
const genuine = await crypto.subtle.verify(algorithm, key, signature, signed);
console.log(genuine ? 'genuine' : 'not genuine');
process.exitCode = genuine ? 0 : 1;
