import { fromBase64, toBase64Url, utf8 } from '../sdk/encoding.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' };

/** A public key with the fingerprint people compare. */
export interface SignerKey {
  readonly key: CryptoKey;
  /** SHA-256 of the SPKI, base64url */
  readonly fingerprint: string;
}

/** Reads a P-384 public key from PEM or bare base64 of its SPKI; throws when it is not one. */
export async function readPublicKey(source: string): Promise<SignerKey> {
  const spki = fromBase64(source.replace(/-----[A-Z ]+-----/g, '').replace(/\s+/g, ''));
  const key = await crypto.subtle.importKey('spki', spki, ALGORITHM, true, ['verify']);
  const hash = await crypto.subtle.digest('SHA-256', spki);
  return { key, fingerprint: toBase64Url(new Uint8Array(hash)) };
}

/** Whether `signature` (base64url of r‖s) is this key's, over “Content-Signature:\0” and the payload. */
export async function verifyPayload(
  { key }: SignerKey,
  signature: string,
  payload: string,
): Promise<boolean> {
  const message = utf8(`Content-Signature:\0${payload}`);
  return crypto.subtle.verify(ALGORITHM, key, fromBase64(signature), message);
}
