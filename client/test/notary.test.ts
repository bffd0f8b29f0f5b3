import { beforeEach, describe, expect, it } from 'vitest';
import type { Credentials, Progress } from '../src/sdk/attempt.ts';
import { DerivationWorker } from '../src/sdk/derivation-worker.ts';
import { NotaryError } from '../src/sdk/error.ts';
import { Notary } from '../src/sdk/notary.ts';
import { FakeService, olderEntry, problem } from './fake-service.ts';
import { InlineWorker } from './inline-worker.ts';

const credentials: Credentials = {
  address: 'Ada@Example.org',
  password: 'a lantern in the western fog',
};

const discovery = 'https://id.example.org/.well-known/notary';

let service: FakeService;
let notary: Notary;
let workers: InlineWorker[];

beforeEach(() => {
  service = new FakeService();
  workers = [];
  notary = new Notary(`${service.publicUri}/`, {
    fetch: service.handle,
    startWorker: () => {
      const worker = new InlineWorker();
      workers.push(worker);
      return worker;
    },
  });
});

async function signedUp({ address, password } = credentials) {
  await notary.signUp({ address, password });
  return notary.confirm({ address, password, token: lastToken() });
}

function lastToken(): string {
  return service.mails.at(-1)?.token ?? '';
}

function failure(promise: Promise<unknown>): Promise<NotaryError> {
  return promise.then(
    () => expect.fail('should have failed'),
    (error) => {
      expect(error).toBeInstanceOf(NotaryError);
      return error;
    },
  );
}

describe('a whole life', () => {
  it('signs up, confirms, unlocks, disables', async () => {
    expect(await notary.signUp(credentials)).toMatchObject({ address: 'ada@example.org' });
    const early = await failure(notary.unlock(credentials));
    expect(early.code).toBe('wrong_password');

    const confirmed = await notary.confirm({ ...credentials, token: lastToken() });
    expect(confirmed).toMatchObject({ status: 'confirmed', address: 'ada@example.org' });

    const key = await notary.unlock(credentials);
    expect(key).toMatchObject({ address: 'ada@example.org', outdated: false, locked: false });
    expect(key.confirmedAt).toEqual(new Date(1_795_000_000_000));

    await notary.disable(key);
    expect(key.locked).toBe(true);
    expect((await failure(notary.unlock(credentials))).code).toBe('wrong_password');
  });

  it('changes the password without the old one, and keeps the old until confirmed', async () => {
    await signedUp();
    const changed = { ...credentials, password: 'a different lantern entirely' };
    await notary.changePassword(changed);
    await notary.unlock(credentials);

    await notary.confirm({ ...changed, token: lastToken() });
    await notary.unlock(changed);
    expect((await failure(notary.unlock(credentials))).code).toBe('wrong_password');
  });

  it('changes the address once both mailboxes have confirmed', async () => {
    await signedUp();
    const { address } = await notary.unlock(credentials);
    const moved = { address: 'countess@example.net', password: credentials.password };
    const asked = await notary.changeAddress({
      ...credentials,
      address,
      newAddress: moved.address,
    });
    expect(asked).toEqual({ newAddress: moved.address });

    const [first, second] = service.mails.slice(-2);
    expect([first?.to, second?.to]).toEqual([address, moved.address]);
    expect(await notary.confirm({ ...moved, token: second?.token ?? '' })).toEqual({
      status: 'one_more_confirmation',
      address: moved.address,
    });
    expect((await notary.confirm({ ...moved, token: first?.token ?? '' })).status).toBe(
      'confirmed',
    );
    expect((await notary.unlock(moved)).address).toBe(moved.address);
    expect((await failure(notary.unlock(credentials))).code).toBe('wrong_password');
  });
});

describe('derivations of the past', () => {
  it('unlocks with an older one and says so', async () => {
    const present = service.kdf;
    service.kdf = olderEntry;
    await signedUp();
    service.kdf = { ...present, previous: [olderEntry] };
    notary = new Notary(service.publicUri, {
      fetch: service.handle,
      startWorker: () => new InlineWorker(),
    });

    expect((await notary.unlock(credentials)).outdated).toBe(true);
    const asked = service.seen.filter(({ path }) => path === '/salt').length;
    expect(asked).toBe(3); // one evaluation for each of sign-up, confirm and unlock, retries included
  });

  it.each([
    ['weak_kdf', { m: 19_455, t: 2, p: 1 }],
    ['weak_kdf', { m: 65_536, t: 1, p: 1 }],
    ['unsupported_kdf', { m: 4_194_304, t: 3, p: 1 }],
    ['unsupported_kdf', { m: 65_536.5, t: 3, p: 1 }],
  ])('refuses with %s the cost %j', async (code, argon2id) => {
    service.kdf = { ...service.kdf, argon2id };
    expect((await failure(notary.signUp(credentials))).code).toBe(code);
    expect(service.seen.map(({ path }) => path)).not.toContain('/signup');
  });

  it('refuses a service that announces an evaluation and then derives without', async () => {
    await notary.service();
    service.kdf = { v: 2, argon2id: { m: 19_456, t: 2, p: 1 } };
    expect((await failure(notary.signUp(credentials))).code).toBe('unexpected_answer');
  });
});

describe('clock', () => {
  it.each([-86_400 * 365, 86_400 * 365])(
    'works with a device that is %i seconds off',
    async (ahead) => {
      service.clockAhead = ahead;
      await signedUp();
      await notary.disable(await notary.unlock(credentials));
    },
  );
});

describe('passwords', () => {
  it.each([
    ['password_too_short', 'fourteen chars'],
    ['password_too_short', 'ﬃﬃ'.repeat(2)],
    ['password_invalid', `long enough but ${'\ud800'} broken`],
  ])('refuses with %s', async (code, password) => {
    expect((await failure(notary.signUp({ ...credentials, password }))).code).toBe(code);
    expect(service.seen.map(({ path }) => path)).not.toContain('/salt');
  });

  it('never sends any, nor anything made of it that could be read back', async () => {
    const reports: unknown[] = [];
    const sent: Uint8Array[] = [];
    await notary.signUp(credentials, {
      beforeForgetting: async (search) => {
        for (const { body } of service.seen)
          sent.push(new TextEncoder().encode(JSON.stringify(body)));
        reports.push(await search(sent, 'ada@example.org'));
        sent.push(new TextEncoder().encode(`x${credentials.password}`));
        reports.push(await search(sent, 'ada@example.org'));
      },
    });
    expect(reports).toMatchObject([
      // as the service spells it, the address stands in the JWT only
      { found: [], controlFound: 1 },
      { found: ['password'], controlFound: 1 },
    ]);
  });
});

describe('errors', () => {
  it('carry code, status, wait and request id', async () => {
    await notary.service();
    service.scripted.push(problem('too_many_requests', 429, { 'Retry-After': '7' }));
    expect(await failure(notary.unlock(credentials))).toMatchObject({
      code: 'too_many_requests',
      status: 429,
      retryAfter: 7,
      requestId: 'request-1',
    });
  });

  it('pass on problems nobody had heard of', async () => {
    await notary.service();
    service.scripted.push(problem('brand_new', 418));
    expect((await failure(notary.unlock(credentials))).code).toBe('brand_new');
  });

  it.each([
    ['network', () => Promise.reject(new TypeError('refused'))],
    ['unexpected_answer', async () => new Response('<html>', { status: 200 })],
    ['unexpected_answer', async () => new Response('<html>', { status: 418 })],
    ['too_many_requests', async () => new Response('<html>', { status: 429 })],
    ['unavailable', async () => new Response('<html>', { status: 500 })],
    ['unavailable', async () => new Response('<html>', { status: 502 })],
    ['unavailable', async () => new Response('<html>', { status: 503 })],
    ['unavailable', async () => new Response('<html>', { status: 504 })],
    ['unexpected_answer', async () => Response.json({ hello: 'world' })],
  ])('say %s', async (code, fetch) => {
    const elsewhere = new Notary(service.publicUri, {
      fetch,
      startWorker: () => new InlineWorker(),
    });
    expect((await failure(elsewhere.unlock(credentials))).code).toBe(code);
  });

  it('say so when the service goes by another name', async () => {
    service.scripted.push(
      await new FakeService('https://elsewhere.example').handle(
        new Request('https://elsewhere.example/.well-known/notary'),
      ),
    );
    expect((await failure(notary.service())).code).toBe('forbidden_origin');
  });

  it('say so when the service names no shortest password', async () => {
    const announced = await (await service.handle(new Request(discovery))).json();
    service.scripted.push(Response.json({ ...announced, password: {} }));
    expect((await failure(notary.service())).code).toBe('unexpected_answer');
  });

  it('say network when the worker does not arrive', async () => {
    const worker = new InlineWorker();
    const answer = failure(new DerivationWorker(worker, undefined).ask('start', { password: 'x' }));
    worker.dispatchEvent(new Event('error'));
    expect((await answer).code).toBe('network');
  });

  it('ask again for the service after a failure', async () => {
    service.scripted.push(problem('unavailable', 503));
    expect((await failure(notary.service())).code).toBe('unavailable');
    expect((await notary.service()).minLength).toBe(15);
  });
});

describe('progress and cancelling', () => {
  it('reports the stages in order', async () => {
    const stages: Progress['stage'][] = [];
    await notary.signUp(credentials, { onProgress: ({ stage }) => stages.push(stage) });
    expect(stages).toEqual(['asking', 'deriving', 'sending']);
  });

  it.each(['asking', 'deriving', 'sending'] as const)('stops while %s', async (when) => {
    const abort = new AbortController();
    const promise = notary.signUp(credentials, {
      signal: abort.signal,
      onProgress: ({ stage }) => stage === when && abort.abort(),
    });
    expect((await failure(promise)).code).toBe('cancelled');
    expect(workers.map(({ terminated }) => terminated)).toEqual([true]);
    expect(service.mails).toEqual([]);
  });

  it('stops waiting for the service, and lets others wait on', async () => {
    let answer: (response: Response) => void = () => {};
    const held = new Promise<Response>((resolve) => (answer = resolve));
    const slow = new Notary(service.publicUri, { fetch: () => held });
    const abort = new AbortController();
    const cancelled = failure(slow.service(abort.signal));
    const patient = slow.service();
    abort.abort();
    expect((await cancelled).code).toBe('cancelled');
    answer(await service.handle(new Request(discovery)));
    expect((await patient).minLength).toBe(15);
  });

  it('says when anything is sent that changes something', async () => {
    const stages: Progress['stage'][] = [];
    const onProgress = ({ stage }: Progress) => stages.push(stage);
    const { resend } = await notary.signUp(credentials);
    await resend({ onProgress });
    await notary.confirm({ ...credentials, token: lastToken() });
    await notary.disable(await notary.unlock(credentials), { onProgress });
    expect(stages).toEqual(['sending', 'sending']);
  });

  it('ends the worker after success as well', async () => {
    await notary.signUp(credentials);
    expect(workers.map(({ terminated }) => terminated)).toEqual([true]);
  });
});
