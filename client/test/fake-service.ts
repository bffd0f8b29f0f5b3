import { p384_oprf } from '@noble/curves/nist.js';
import type { Kdf, KdfEntry } from '../src/derive/kdf.ts';
import { fromBase64, toBase64, toBase64Url, utf8 } from '../src/sdk/encoding.ts';
import { addressKid, type PublicJwk, thumbprint } from '../src/sdk/jwk.ts';

/** What the bodies of all the calls can hold. */
interface Body {
  address: string;
  blinded?: string;
  jwt: string;
  kid: string;
  publicKey: PublicJwk;
}

interface Pending {
  token: string;
  key: PublicJwk;
  address: string;
  replaces?: string;
  stillNeeds: number;
}

/**
 * A small identity service for unit tests: it keeps the protocol's promises towards a client, checks
 * what a client sends, and has none of the service's protections. `handle` answers as the network would.
 */
export class FakeService {
  readonly publicUri: string;
  kdf: Kdf = { v: 2, oprf: 'P384-SHA384', argon2id: { m: 19_456, t: 2, p: 1 } };
  /** how far this clock is from the device's, in seconds */
  clockAhead = 0;
  /** the next answers, in place of the real ones */
  readonly scripted: Response[] = [];
  readonly seen: { method: string; path: string; body: Record<string, unknown> }[] = [];
  readonly mails: { to: string; token: string; purpose: string; address: string }[] = [];
  readonly #active = new Map<string, PublicJwk>();
  readonly #pending: Pending[] = [];
  readonly #usedIds = new Set<string>();
  #oprfKey = p384_oprf.oprf.deriveKeyPair(new Uint8Array(32).fill(7), utf8('notary/oprf/v1'))
    .secretKey;

  constructor(publicUri = 'https://id.example.org') {
    this.publicUri = publicUri;
  }

  readonly handle = async (request: Request): Promise<Response> => {
    request.signal.throwIfAborted();
    const path = request.url.slice(this.publicUri.length);
    const text = await request.text();
    const body = text ? JSON.parse(text) : {};
    this.seen.push({ method: request.method, path, body });
    const scripted = this.scripted.shift();
    if (scripted) return scripted;
    try {
      return await this.#answer(`${request.method} ${path}`, body);
    } catch (error) {
      const name = error instanceof Refusal ? error.message : 'internal_error';
      return problem(name, error instanceof Refusal ? 400 : 500);
    }
  };

  /** The key that is active for an address. */
  active(address: string): PublicJwk | undefined {
    return this.#active.get(address);
  }

  async #answer(call: string, body: Body): Promise<Response> {
    switch (call) {
      case 'GET /.well-known/notary':
        return Response.json({
          public_uri: this.publicUri,
          kdf: this.kdf,
          limits: { calls_per_second: 5, calls_per_minute: 60 },
          password: { min_length: 15, normalization: 'NFKC' },
          confirmation_ttl: 600,
          endpoints: {
            salt: `${this.publicUri}/salt`,
            signup: `${this.publicUri}/signup`,
            confirm: `${this.publicUri}/confirm`,
            signature: `${this.publicUri}/signature`,
          },
        });
      case 'POST /salt':
        return this.#salt(body);
      case 'POST /signup':
        return this.#signup(body);
      case 'POST /confirm':
        return this.#confirm(body);
      case 'POST /signature':
        return this.#signature(body);
      case 'PATCH /signature':
        return this.#replace(body);
      case 'DELETE /signature': {
        const { address } = await this.#byActiveKey(body, 'DELETE');
        this.#active.delete(address);
        return new Response(null, { status: 204 });
      }
      default:
        return problem('not_found', 404);
    }
  }

  async #salt({ address, blinded }: { address: string; blinded?: string }): Promise<Response> {
    if (!/^[^\s@]+@[^\s@]+$/.test(address)) throw new Refusal('invalid_address');
    const canonical = canonicalAddress(address);
    return Response.json({
      address: canonical,
      salt: await saltOf(canonical),
      kdf: this.kdf,
      now: this.#now(),
      ...(blinded && {
        evaluated: toBase64Url(p384_oprf.oprf.blindEvaluate(this.#oprfKey, fromBase64(blinded))),
      }),
    });
  }

  async #signup({ jwt, publicKey }: { jwt: string; publicKey: PublicJwk }): Promise<Response> {
    const { sub } = await this.#verify(jwt, publicKey, 'POST', '/signup');
    await expectKid(publicKey, sub);
    this.#wait(sub, publicKey, 'signup');
    return Response.json({ status: 'confirmation_sent' }, { status: 202 });
  }

  async #replace({ jwt, publicKey }: { jwt: string; publicKey: PublicJwk }): Promise<Response> {
    const claims = await this.#verify(jwt, publicKey, 'PATCH', '/signature');
    const { sub, new_address } = claims as { sub: string; new_address?: string };
    await expectKid(publicKey, new_address ?? sub);
    if (new_address === undefined) this.#wait(sub, publicKey, 'password');
    else if (this.#active.has(sub)) {
      const [first, second] = [
        this.#wait(new_address, publicKey, 'address', sub),
        this.#wait(new_address, publicKey, 'address', new_address),
      ];
      first.replaces = second.replaces = sub;
      first.stillNeeds = second.stillNeeds = 2;
    }
    return Response.json({ status: 'confirmation_sent' }, { status: 202 });
  }

  async #confirm({ jwt, kid }: { jwt: string; kid: string }): Promise<Response> {
    const { token } = payload(jwt) as { token: string };
    const index = this.#pending.findIndex((pending) => pending.token === token);
    const pending = this.#pending[index];
    if (!pending || pending.key.kid !== kid) throw new Refusal('confirmation_failed');
    try {
      await this.#verify(jwt, pending.key, 'POST', '/confirm');
    } catch {
      throw new Refusal('confirmation_failed');
    }
    this.#pending.splice(index, 1);
    if (pending.stillNeeds === 2) {
      for (const other of this.#pending) if (other.key === pending.key) other.stillNeeds = 1;
      return Response.json({ status: 'one_more_confirmation' }, { status: 202 });
    }
    if (pending.replaces) this.#active.delete(pending.replaces);
    this.#active.set(pending.address, pending.key);
    return Response.json({ address: pending.address, kid, confirmed_at: this.#now() });
  }

  async #signature(body: { jwt: string }): Promise<Response> {
    const { address, key } = await this.#byActiveKey(body, 'POST');
    return Response.json({ address, kid: key.kid, confirmed_at: 1_795_000_000, kdf_v: 1 });
  }

  async #byActiveKey({ jwt }: { jwt: string }, method: string) {
    const { sub } = payload(jwt) as { sub: string };
    const key = this.#active.get(sub);
    if (!key) throw new Refusal('signature_refused');
    await this.#verify(jwt, key, method, '/signature', 'signature_refused');
    return { address: sub, key };
  }

  #wait(address: string, key: PublicJwk, purpose: string, to = address) {
    const token = toBase64Url(crypto.getRandomValues(new Uint8Array(32)));
    const pending: Pending = { token, key, address, stillNeeds: 1 };
    this.#pending.push(pending);
    this.mails.push({ to, token, purpose, address });
    return pending;
  }

  /** Every rule of the protocol's section 3 that a client can break. */
  async #verify(
    jwt: string,
    key: PublicJwk,
    method: string,
    path: string,
    refusal = 'invalid_jwt',
  ) {
    const [head = '', body = '', signature = ''] = jwt.split('.');
    const algorithm = { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' };
    const jwk = { kty: key.kty, crv: key.crv, x: key.x, y: key.y };
    const publicKey = await crypto.subtle.importKey('jwk', jwk, algorithm, true, ['verify']);
    const input = utf8(`${head}.${body}`);
    const valid = await crypto.subtle.verify(algorithm, publicKey, fromBase64(signature), input);
    const header = JSON.parse(new TextDecoder().decode(fromBase64(head)));
    const claims = payload(jwt) as { sub: string } & Record<string, unknown>;
    const now = this.#now();
    const lifetime = Number(claims.exp) - Number(claims.iat);
    const rules = {
      signature: valid,
      header: JSON.stringify(header) === JSON.stringify({ alg: 'ES384', kid: key.kid, typ: 'JWT' }),
      aud: claims.aud === this.publicUri,
      time: Math.abs(now - Number(claims.iat)) <= 30 && lifetime > 0 && lifetime <= 300,
      binding: claims.htm === method && claims.htu === this.publicUri + path,
      once: typeof claims.jti === 'string' && !this.#usedIds.has(claims.jti),
    };
    const broken = Object.entries(rules).find(([, kept]) => !kept);
    if (broken) throw new Refusal(broken[0] === 'signature' ? refusal : 'invalid_jwt');
    this.#usedIds.add(String(claims.jti));
    return claims;
  }

  #now(): number {
    return Math.floor(Date.now() / 1000) + this.clockAhead;
  }
}

/** A problem document as the service sends it. */
export function problem(
  name: string,
  status: number,
  headers: Record<string, string> = {},
): Response {
  return Response.json(
    { type: `urn:notary:problem:${name}`, title: name, status, detail: `detail of ${name}` },
    { status, headers: { 'X-Request-Id': 'request-1', ...headers } },
  );
}

/** An entry that an older client made keys with. */
export const olderEntry: KdfEntry = {
  v: 1,
  oprf: 'P384-SHA384',
  argon2id: { m: 20_480, t: 2, p: 1 },
};

class Refusal extends Error {}

async function expectKid(key: PublicJwk, address: string): Promise<void> {
  const expected = await addressKid(address, await saltOf(address));
  if (key.kid !== expected || (await thumbprint(key)) === '') throw new Refusal('invalid_key');
}

async function saltOf(address: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-512', utf8(`salt of ${address}`));
  return toBase64(new Uint8Array(hash).subarray(0, 16));
}

function canonicalAddress(address: string): string {
  return address.trim().toLowerCase();
}

function payload(jwt: string): unknown {
  return JSON.parse(new TextDecoder().decode(fromBase64(jwt.split('.')[1] ?? '')));
}
