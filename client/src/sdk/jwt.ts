import type { ServerClock } from './clock.ts';
import { toBase64Url, utf8 } from './encoding.ts';

export type Claims = Record<string, unknown>;

/** Who signs. */
export interface Signer {
  privateKey: CryptoKey;
  kid: string;
  /** becomes `sub` */
  address: string;
  clock: ServerClock;
}

export interface TokenOptions {
  /** URI of the service the JWT is for */
  aud: string;
  /** whatever else the two parties agreed on */
  claims?: Claims;
  /** seconds until `exp`; 300 unless told */
  lifetime?: number;
}

/** A JWT signed with ES384; `sub`, `aud`, `iat`, `exp` and `jti` are never the caller's. */
export function makeToken(
  { privateKey, kid, address, clock }: Signer,
  { aud, claims, lifetime = 300 }: TokenOptions,
): Promise<string> {
  const iat = clock.now();
  const exp = iat + lifetime;
  return signJwt(privateKey, kid, { ...claims, sub: address, aud, iat, exp, jti: newJti() });
}

/** RFC 7515; ES384 is RFC 7518, section 3.4: raw r‖s, which is what WebCrypto gives. */
async function signJwt(privateKey: CryptoKey, kid: string, claims: Claims): Promise<string> {
  const input = `${part({ alg: 'ES384', kid, typ: 'JWT' })}.${part(claims)}`;
  const algorithm = { name: 'ECDSA', hash: 'SHA-384' };
  const signature = await crypto.subtle.sign(algorithm, privateKey, utf8(input));
  return `${input}.${toBase64Url(new Uint8Array(signature))}`;
}

/** 128 random bits: a JWT is good for one use, and this is what makes it recognisable. */
function newJti(): string {
  return toBase64Url(crypto.getRandomValues(new Uint8Array(16)));
}

function part(value: unknown): string {
  return toBase64Url(utf8(JSON.stringify(value)));
}
