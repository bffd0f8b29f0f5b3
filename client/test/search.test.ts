import { describe, expect, it } from 'vitest';
import { search } from '../src/derive/search.ts';
import { toBase64, toBase64Url, toHex, utf8 } from '../src/sdk/encoding.ts';

const password = 'a "löngish" pass+word 😀';
const secrets = new Map([
  ['password', utf8(password)],
  ['key', Uint8Array.from({ length: 48 }, (_, i) => (i * 37 + 11) & 0xff)],
]);
const key = secrets.get('key') as Uint8Array;

function found(piece: string | Uint8Array): readonly string[] {
  return search(secrets, [typeof piece === 'string' ? utf8(piece) : piece], 'x').found;
}

describe('finds a secret however it is written', () => {
  it.each([
    ['plain', `before ${password} after`],
    ['JSON', JSON.stringify({ password })],
    ['URL', `https://example.org/?p=${encodeURIComponent(password)}`],
    ['form', new URLSearchParams({ password }).toString()],
  ])('%s', (_, text) => expect(found(text)).toEqual(['password']));

  it.each([0, 1, 2, 3])('base64 behind %i other bytes', (before) => {
    const bytes = new Uint8Array([...new Uint8Array(before).fill(200), ...key, 7, 7]);
    expect(found(toBase64(bytes))).toEqual(['key']);
    expect(found(`jwt.${toBase64Url(bytes)}.x`)).toEqual(['key']);
  });

  it('hexadecimal, raw, reversed, UTF-16', () => {
    expect(found(toHex(key))).toEqual(['key']);
    expect(found(toHex(key).toUpperCase())).toEqual(['key']);
    expect(found(key)).toEqual(['key']);
    expect(found(Uint8Array.from(key).reverse())).toEqual(['key']);
    const utf16 = new Uint8Array(Uint16Array.from([...password].flatMap((c) => units(c))).buffer);
    expect(found(utf16)).toEqual(['password']);
  });
});

it('finds nothing in what holds none', () => {
  expect(found(JSON.stringify({ address: 'ada@example.org', blinded: 'A'.repeat(66) }))).toEqual(
    [],
  );
});

it('counts the pieces with the control, in base64 too', () => {
  const pieces = ['{"address":"ada@example.org"}', btoa('{"sub":"ada@example.org"}'), 'nothing'];
  expect(search(secrets, pieces.map(utf8), 'ada@example.org').controlFound).toBe(2);
});

function units(character: string): number[] {
  return Array.from({ length: character.length }, (_, i) => character.charCodeAt(i));
}
