import type { KdfEntry } from '../src/derive/kdf.ts';
import identity from './vectors/identity.json' with { type: 'json' };

/** One pinned derivation; the same file is run by the Rust code. */
export interface IdentityVector {
  name: string;
  address: string;
  password: string;
  salt: string;
  kid: string;
  kdf: KdfEntry;
  password_utf8_nfkc_hex: string;
  oprf?: { server_secret_key: string };
  argon2_output_hex: string;
  d: string;
  x: string;
  y: string;
  thumbprint: string;
}

export const identityVectors = identity.cases as IdentityVector[];
