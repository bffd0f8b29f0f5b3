import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { byCodePoint, canonical, signedPayload } from '../src/collection/canonical.ts';
import { type Json, JsonNumber, type JsonObject, readJson } from '../src/collection/json.ts';
import { readPublicKey, verifyPayload } from '../src/collection/signature.ts';
import { toHex, utf8 } from '../src/sdk/encoding.ts';

/** Read without loss: the vectors hold 1.0 beside 1, and integers of 64 bits. */
const file = readFileSync(resolve(import.meta.dirname, 'vectors/signer.json'), 'utf8');
const root = readJson(file) as JsonObject;
const key = await readPublicKey(root.get('public_key_der_b64') as string);
const vectors = (root.get('vectors') as JsonObject[]).map((vector) => ({
  name: vector.get('name') as string,
  records: vector.get('records') as JsonObject[],
  lastModified: plain(vector.get('last_modified') as Json),
  payload: vector.get('payload') as string,
  digest: vector.get('digest_with_prefix_hex') as string,
  signature: vector.get('sig_rfc6979_b64url') as string,
}));

function plain(value: Json): string {
  return value instanceof JsonNumber ? value.text : String(value);
}

it('has all five vectors', () => expect(vectors).toHaveLength(5));

describe.each(vectors)('$name', ({ records, lastModified, payload, digest, signature }) => {
  it('builds the payload that was signed', () => {
    expect(signedPayload(records, lastModified)).toBe(payload);
  });

  it('hashes to what was signed', async () => {
    const message = utf8(`Content-Signature:\0${signedPayload(records, lastModified)}`);
    const hash = await crypto.subtle.digest('SHA-384', message);
    expect(toHex(new Uint8Array(hash))).toBe(digest);
  });

  it('verifies, and not when one byte differs', async () => {
    expect(await verifyPayload(key, signature, payload)).toBe(true);
    for (const at of [0, Math.floor(payload.length / 2), payload.length - 1]) {
      const other = String.fromCharCode(payload.charCodeAt(at) ^ 1);
      const changed = payload.slice(0, at) + other + payload.slice(at + 1);
      expect(await verifyPayload(key, signature, changed)).toBe(false);
    }
    expect(await verifyPayload(key, signature.replace(/^./, '_'), payload)).toBe(false);
  });
});

describe('reading JSON', () => {
  it.each([
    '{"a":[1,2.0,-3e5,"x\\u00e9\\n",true,false,null,{}]}',
    ' [ ] ',
    '0',
    '"\\ud83d\\ude00"',
  ])('agrees with the browser on %s', (document) =>
    expect(asPlain(readJson(document))).toEqual(JSON.parse(document)),
  );

  it.each([
    '',
    '{',
    '[1,]',
    '{"a":1,}',
    '{a:1}',
    '01',
    '+1',
    '1.',
    "'a'",
    '"a\n"',
    '[1] 2',
    '{"a":1,"a":2}',
    'nul',
    ',',
    '{"a"}',
  ])('refuses %j', (document) => expect(() => readJson(document)).toThrow(SyntaxError));
});

describe('canonical form', () => {
  it.each([
    ['1e400', RangeError],
    ['"\\ud800"', RangeError],
  ])('refuses %s', (document, error) => expect(() => canonical(readJson(document))).toThrow(error));

  it.each([
    ['-0', '0'],
    ['18446744073709551616', '1.8446744073709552E19'],
    ['1E2', '1E2'],
    ['0.000001', '1E-6'],
  ])('writes %s as %s', (document, form) => expect(canonical(readJson(document))).toBe(form));

  it('orders by code point', () => {
    expect(['\u{1f600}', '\ufb33', 'ab', 'a', ''].sort(byCodePoint)).toEqual([
      '',
      'a',
      'ab',
      '\ufb33',
      '\u{1f600}',
    ]);
  });
});

function asPlain(value: Json): unknown {
  if (value instanceof JsonNumber) return Number(value.text);
  if (Array.isArray(value)) return value.map(asPlain);
  if (value instanceof Map) return Object.fromEntries([...value].map(([k, v]) => [k, asPlain(v)]));
  return value;
}
