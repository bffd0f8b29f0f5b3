import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ServerClock } from '../src/sdk/clock.ts';
import { fromBase64, toBase64, utf8 } from '../src/sdk/encoding.ts';
import { NotaryKey } from '../src/sdk/key.ts';

const algorithm = { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' };
let pair: CryptoKeyPair;
let key: NotaryKey;

beforeEach(async () => {
  pair = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify']);
  const signer = {
    privateKey: pair.privateKey,
    kid: 'k'.repeat(128),
    address: 'ada@example.org',
    clock: new ServerClock(1_800_000_000),
  };
  key = new NotaryKey(signer, { thumbprint: 't', confirmedAt: new Date(0), outdated: false });
});

afterEach(() => vi.unstubAllGlobals());

async function claimsOf(request: Request): Promise<Record<string, unknown>> {
  const jwt = request.headers.get('Authorization')?.replace('Bearer ', '') ?? '';
  const [head = '', body = '', signature = ''] = jwt.split('.');
  const valid = await crypto.subtle.verify(
    algorithm,
    pair.publicKey,
    fromBase64(signature),
    utf8(`${head}.${body}`),
  );
  expect(valid).toBe(true);
  return JSON.parse(new TextDecoder().decode(fromBase64(body)));
}

async function digestOf(body: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', utf8(body));
  return `sha-256=:${toBase64(new Uint8Array(hash))}:`;
}

describe('a signed request', () => {
  it('is bound to method, URI without query, and body', async () => {
    const request = await key.sign('https://shop.example/orders?page=2#top', {
      method: 'POST',
      body: '{"item":7}',
    });
    const claims = await claimsOf(request);
    expect(claims).toMatchObject({
      sub: 'ada@example.org',
      aud: 'https://shop.example',
      htm: 'POST',
      htu: 'https://shop.example/orders',
      digest: await digestOf('{"item":7}'),
      exp: Number(claims.iat) + 300,
    });
    expect(Math.abs(Number(claims.iat) - 1_800_000_000)).toBeLessThanOrEqual(2);
    expect(await request.text()).toBe('{"item":7}');
    expect(request.redirect).toBe('error');
  });

  it('has no digest without a body', async () => {
    expect(await claimsOf(await key.sign('https://shop.example/'))).not.toHaveProperty('digest');
  });

  it('signs a form as it is sent, boundary and all', async () => {
    const body = new FormData();
    body.set('item', '7');
    const request = await key.sign('https://shop.example/', { method: 'POST', body });
    const { digest } = await claimsOf(request);
    expect(digest).toBe(await digestOf(await request.text()));
    expect(request.headers.get('Content-Type')).toMatch(/^multipart\/form-data; boundary=/);
  });

  it('is what fetch sends', async () => {
    const sent: Request[] = [];
    vi.stubGlobal('fetch', async (request: Request) => {
      sent.push(request);
      return new Response();
    });
    await key.fetch('https://shop.example/x', { aud: 'https://shop.example/api' });
    expect(await claimsOf(sent[0] as Request)).toMatchObject({ aud: 'https://shop.example/api' });
  });
});

it('lets no caller replace what the signature is about', async () => {
  const jwt = await key.token({
    aud: 'https://shop.example',
    claims: { sub: 'eve@example.org', iat: 1, exp: 9e9, jti: 'x', role: 'reader' },
  });
  const claims = JSON.parse(new TextDecoder().decode(fromBase64(jwt.split('.')[1] ?? '')));
  expect(claims).toMatchObject({ sub: 'ada@example.org', role: 'reader' });
  expect(claims.exp - claims.iat).toBe(300);
  expect(claims.jti).not.toBe('x');
});

it('never signs the same twice', async () => {
  const tokens = await Promise.all([1, 2, 3].map(() => key.token({ aud: 'https://a.example' })));
  expect(new Set(tokens).size).toBe(3);
});

it('is silent once locked', async () => {
  key.lock();
  expect(key.locked).toBe(true);
  await expect(key.token({ aud: 'https://a.example' })).rejects.toMatchObject({ code: 'locked' });
  expect(JSON.stringify(key)).not.toMatch(/privateKey|"d"/);
});
