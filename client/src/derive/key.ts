import { p384 } from '@noble/curves/nist.js';
import { expand } from '@noble/hashes/hkdf.js';
import { sha384 } from '@noble/hashes/sha2.js';
import { toBase64Url } from '../sdk/encoding.ts';

/** The public half of a key as coordinates, base64url without padding. */
export interface PublicPoint {
  readonly x: string;
  readonly y: string;
}

/** A key that can sign and cannot be read out again. */
export interface DerivedKey extends PublicPoint {
  readonly privateKey: CryptoKey;
}

const INFO = new TextEncoder().encode('notary/v1/ES384');
const SCALAR_BYTES = 48;

/**
 * From the 64 bytes of Argon2id to the secret scalar:
 * (OS2IP(HKDF-Expand-SHA-384(s, "notary/v1/ES384", 72)) mod (n − 1)) + 1, as 48 bytes.
 */
export function scalarFrom(s: Uint8Array): Uint8Array<ArrayBuffer> {
  const okm = expand(sha384, s, INFO, 72);
  let wide = 0n;
  for (const byte of okm) wide = (wide << 8n) | BigInt(byte);
  okm.fill(0);
  let d = (wide % (p384.Point.Fn.ORDER - 1n)) + 1n;
  const scalar = new Uint8Array(SCALAR_BYTES);
  for (let i = SCALAR_BYTES - 1; i >= 0; i--, d >>= 8n) scalar[i] = Number(d & 0xffn);
  return scalar;
}

/**
 * Imports the scalar as a non-extractable ES384 key.
 *
 * As a JWK with both halves, because Safari refuses a PKCS#8 that lacks the public one.
 */
export async function importKey(scalar: Uint8Array): Promise<DerivedKey> {
  const point = p384.getPublicKey(scalar, false);
  const x = toBase64Url(point.subarray(1, 1 + SCALAR_BYTES));
  const y = toBase64Url(point.subarray(1 + SCALAR_BYTES));
  const privateKey = await crypto.subtle.importKey(
    'jwk',
    { kty: 'EC', crv: 'P-384', x, y, d: toBase64Url(scalar) },
    { name: 'ECDSA', namedCurve: 'P-384' },
    false,
    ['sign'],
  );
  return { privateKey, x, y };
}
