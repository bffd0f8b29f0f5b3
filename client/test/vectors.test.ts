import { p384_oprf } from '@noble/curves/nist.js';
import { describe, expect, it } from 'vitest';
import { Derivation } from '../src/derive/derivation.ts';
import { passwordBytes } from '../src/derive/password.ts';
import { fromBase64, toBase64Url, toHex, utf8 } from '../src/sdk/encoding.ts';
import { addressKid, thumbprint } from '../src/sdk/jwk.ts';
import { type IdentityVector, identityVectors } from './vectors.ts';

/** Cases below the floor cannot exist: the vectors are all derivations a client must be able to do. */
describe.each(identityVectors)('$name', (vector) => {
  it('makes the kid of the address', async () => {
    expect(await addressKid(vector.address, vector.salt)).toBe(vector.kid);
  });

  it('normalises the password', () => {
    expect(toHex(passwordBytes(vector.password))).toBe(vector.password_utf8_nfkc_hex);
  });

  it.each(['wasm', 'js'] as const)(
    'derives the key with %s',
    async (engine) => {
      const derivation = new Derivation(vector.password, engine);
      const evaluated = vector.oprf && {
        evaluated: toBase64Url(
          p384_oprf.oprf.blindEvaluate(
            fromHex(vector.oprf.server_secret_key),
            fromBase64(derivation.blinded),
          ),
        ),
      };
      const key = await derivation.derive({ kdf: vector.kdf, salt: vector.salt, ...evaluated });

      expect({ x: key.x, y: key.y }).toEqual({ x: vector.x, y: vector.y });
      expect(await thumbprint(key)).toBe(vector.thumbprint);
      expect(toHex(derivation.secrets.get('argon2id') as Uint8Array)).toBe(
        vector.argon2_output_hex,
      );
      expect(toBase64Url(derivation.secrets.get('key') as Uint8Array)).toBe(vector.d);
      expect(key.privateKey.extractable).toBe(false);
      await expect(crypto.subtle.exportKey('jwk', key.privateKey)).rejects.toThrow();
      await expectToSignFor(key.privateKey, vector);
    },
    60_000,
  );
});

it('refuses to go on without the evaluation it was promised', async () => {
  const vector = identityVectors.find(({ oprf }) => oprf) as IdentityVector;
  const derivation = new Derivation(vector.password, 'wasm');
  const promise = derivation.derive({ kdf: vector.kdf, salt: vector.salt });
  await expect(promise).rejects.toThrow('unexpected_answer');
});

async function expectToSignFor(privateKey: CryptoKey, { x, y }: { x: string; y: string }) {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' };
  const jwk = { kty: 'EC', crv: 'P-384', x, y };
  const publicKey = await crypto.subtle.importKey('jwk', jwk, algorithm, true, ['verify']);
  const message = utf8('any message');
  const signature = await crypto.subtle.sign(algorithm, privateKey, message);
  expect(await crypto.subtle.verify(algorithm, publicKey, signature, message)).toBe(true);
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
