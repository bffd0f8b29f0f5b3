import type { PublicPoint } from '../derive/key.ts';
import { toBase64Url, toHex, utf8 } from './encoding.ts';

/** The public key as the service takes it. */
export interface PublicJwk extends PublicPoint {
  readonly kty: 'EC';
  readonly crv: 'P-384';
  readonly alg: 'ES384';
  readonly kid: string;
}

/** The JWK of a point under the kid of its address. */
export function publicJwk({ x, y }: PublicPoint, kid: string): PublicJwk {
  return { kty: 'EC', crv: 'P-384', alg: 'ES384', kid, x, y };
}

/** kid: lower-case hex SHA-512(canonical address ‖ " " ‖ padded base64 of the salt). */
export async function addressKid(address: string, salt: string): Promise<string> {
  return toHex(await digest('SHA-512', utf8(`${address} ${salt}`)));
}

/** RFC 7638 thumbprint with SHA-256, base64url. */
export async function thumbprint({ x, y }: PublicPoint): Promise<string> {
  const canonical = JSON.stringify({ crv: 'P-384', kty: 'EC', x, y });
  return toBase64Url(await digest('SHA-256', utf8(canonical)));
}

async function digest(algorithm: string, bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest(algorithm, bytes));
}
