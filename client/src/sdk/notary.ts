import type { KdfEntry } from '../derive/kdf.ts';
import type { DerivedKey } from '../derive/key.ts';
import { passwordLength } from '../derive/password.ts';
import { Attempt, type CallOptions, type Credentials } from './attempt.ts';
import { cancellable } from './cancellable.ts';
import { DerivationWorker, startWorker, type WorkerLike } from './derivation-worker.ts';
import { discover, type Service } from './discovery.ts';
import { NotaryError } from './error.ts';
import { call, type Fetch } from './http.ts';
import { publicJwk, thumbprint } from './jwk.ts';
import { type Claims, makeToken, type TokenOptions } from './jwt.ts';
import { NotaryKey } from './key.ts';
import type { ConfirmAnswer, EndpointName, SignatureAnswer, StatusAnswer } from './wire.ts';

/** What stands in for the browser's own; a test, or a page that shows what is sent, gives these. */
export interface NotaryOptions {
  fetch?: Fetch;
  startWorker?: () => WorkerLike;
}

/** What came of a confirmation. */
export type Confirmation =
  | { status: 'confirmed'; address: string; confirmedAt: Date }
  /** a new address: the other mailbox has to confirm too */
  | { status: 'one_more_confirmation'; address: string };

/** Whose JWT it is. */
type Subject = Pick<Attempt, 'address' | 'kid' | 'clock'>;

/** A sign-up that waits for its confirmation. */
export interface SignUp {
  /** as the service spells it */
  readonly address: string;
  /** Asks for the mail again, without the password. */
  resend(options?: CallOptions): Promise<void>;
}

/** Seconds a JWT for the service itself is good for; it accepts at most 300. */
const LIFETIME = 120;

/**
 * The identity service at `base`. The password is only ever given to a worker of this page; what
 * leaves it is a blinded point, public keys and signatures. Everything throws `NotaryError`.
 */
export class Notary {
  /** without a trailing slash */
  readonly base: string;
  readonly #send: Fetch;
  readonly #startWorker: () => WorkerLike;
  #service: Promise<Service> | undefined;

  constructor(base: string | URL = location.origin, options: NotaryOptions = {}) {
    this.base = new URL(base, globalThis.location?.href).href.replace(/\/+$/, '');
    this.#send = options.fetch ?? ((request) => fetch(request));
    this.#startWorker = options.startWorker ?? startWorker;
  }

  /** What the service says about itself; asked once. */
  async service(signal?: AbortSignal): Promise<Service> {
    if (!globalThis.crypto?.subtle) throw new NotaryError('insecure_context');
    // Shared: who gives up waiting does not take it from the others.
    this.#service ??= discover(this.#send, this.base).catch((error) => {
      this.#service = undefined;
      throw error;
    });
    return cancellable(this.#service, signal);
  }

  /** Asks for an account. The answer never tells whether there is one already. */
  async signUp(credentials: Credentials, options: CallOptions = {}): Promise<SignUp> {
    const service = await this.#serviceFor(credentials.password, options);
    return this.#attempt(service, credentials, options, async (attempt) => {
      const key = await attempt.derive(attempt.entries[0]);
      const resend = (again: CallOptions = {}) =>
        this.#sendNewKey(service, attempt, key, ['POST', 'signup'], again);
      await resend(options);
      return { address: attempt.address, resend };
    });
  }

  /**
   * Confirms with the token of the mail and the password chosen before it. `confirmation_failed`
   * when either is wrong, or the token ran out: the service does not say which.
   */
  async confirm(
    { token, ...credentials }: Credentials & { token: string },
    options: CallOptions = {},
  ): Promise<Confirmation> {
    const service = await this.service(options.signal);
    return this.#attempt(service, credentials, options, (attempt) =>
      firstAccepted(attempt, 'confirmation_failed', async (key) => {
        const jwt = await this.#jwt(service, attempt, key, 'POST', 'confirm', { token });
        const answer = await this.#call<ConfirmAnswer | StatusAnswer>(
          service,
          'POST',
          'confirm',
          { jwt, kid: attempt.kid },
          options,
        );
        if ('status' in answer)
          return { status: 'one_more_confirmation', address: attempt.address };
        return {
          status: 'confirmed',
          address: answer.address,
          confirmedAt: toDate(answer.confirmed_at),
        };
      }),
    );
  }

  /** Makes the key again and asks whether it is the active one; `wrong_password` when it is not. */
  async unlock(credentials: Credentials, options: CallOptions = {}): Promise<NotaryKey> {
    const service = await this.service(options.signal);
    return this.#attempt(service, credentials, options, async (attempt) => {
      try {
        return await firstAccepted(attempt, 'signature_refused', async (key, entry) => {
          const jwt = await this.#jwt(service, attempt, key, 'POST', 'signature');
          const answer = await this.#call<SignatureAnswer>(
            service,
            'POST',
            'signature',
            { jwt },
            options,
          );
          const { address, kid, clock } = attempt;
          return new NotaryKey(
            { privateKey: key.privateKey, address, kid, clock },
            {
              thumbprint: await thumbprint(key),
              confirmedAt: toDate(answer.confirmed_at),
              outdated: entry !== attempt.entries[0],
            },
          );
        });
      } catch (error) {
        throw error instanceof NotaryError && error.code === 'signature_refused'
          ? new NotaryError('wrong_password', error)
          : error;
      }
    });
  }

  /**
   * Asks for a new password; a link in the mailbox confirms it, and until then the old one works.
   * Needs no old password: this is also how a forgotten one is replaced.
   */
  async changePassword(credentials: Credentials, options: CallOptions = {}): Promise<void> {
    const service = await this.#serviceFor(credentials.password, options);
    await this.#attempt(service, credentials, options, async (attempt) => {
      const key = await attempt.derive(attempt.entries[0]);
      await this.#sendNewKey(service, attempt, key, ['PATCH', 'signature'], options);
    });
  }

  /**
   * Asks to move the account to `newAddress`, with `password` (the same or another). Both mailboxes
   * get a link, and both have to confirm.
   */
  async changeAddress(
    { address, newAddress, password }: Credentials & { newAddress: string },
    options: CallOptions = {},
  ): Promise<{ newAddress: string }> {
    const service = await this.#serviceFor(password, options);
    const credentials = { address: newAddress, password };
    return this.#attempt(service, credentials, options, async (attempt) => {
      const key = await attempt.derive(attempt.entries[0]);
      const claims = { new_address: attempt.address };
      const signer = { ...attempt, address };
      await this.#sendNewKey(service, signer, key, ['PATCH', 'signature'], options, claims);
      return { newAddress: attempt.address };
    });
  }

  /** Ends the account at once, and locks the key. */
  async disable(key: NotaryKey, options: CallOptions = {}): Promise<void> {
    const service = await this.service(options.signal);
    const jwt = await key.token(forService(service, 'DELETE', 'signature'));
    await this.#call<void>(service, 'DELETE', 'signature', { jwt }, options);
    key.lock();
  }

  /** Has the service write a new key down as waiting for its confirmation. */
  async #sendNewKey(
    service: Service,
    subject: Subject,
    key: DerivedKey,
    [method, endpoint]: ['POST', 'signup'] | ['PATCH', 'signature'],
    options: CallOptions,
    claims?: Claims,
  ): Promise<void> {
    const jwt = await this.#jwt(service, subject, key, method, endpoint, claims);
    const publicKey = publicJwk(key, subject.kid);
    await this.#call<StatusAnswer>(service, method, endpoint, { jwt, publicKey }, options);
  }

  #jwt(
    service: Service,
    { address, kid, clock }: Subject,
    { privateKey }: DerivedKey,
    method: string,
    endpoint: EndpointName,
    claims?: Claims,
  ): Promise<string> {
    return makeToken(
      { privateKey, address, kid, clock },
      forService(service, method, endpoint, claims),
    );
  }

  #call<Answer>(
    service: Service,
    method: 'POST' | 'PATCH' | 'DELETE',
    endpoint: EndpointName,
    body: unknown,
    { signal, onProgress }: CallOptions,
  ): Promise<Answer> {
    onProgress?.({ stage: 'sending' });
    return call<Answer>(this.#send, { method, url: service.url(endpoint), body, signal });
  }

  /** The service, once a new password is long enough for it. */
  async #serviceFor(newPassword: string, { signal }: CallOptions): Promise<Service> {
    const service = await this.service(signal);
    if (passwordLength(newPassword) < service.minLength)
      throw new NotaryError('password_too_short');
    return service;
  }

  /** Runs one attempt in a worker of its own, which ends with it. */
  async #attempt<Result>(
    service: Service,
    credentials: Credentials,
    options: CallOptions,
    run: (attempt: Attempt) => Promise<Result>,
  ): Promise<Result> {
    const worker = new DerivationWorker(this.#startWorker(), options.signal);
    try {
      const attempt = await Attempt.begin(this.#send, service, worker, credentials, options);
      const result = await run(attempt);
      await options.beforeForgetting?.((sent, control) => worker.ask('search', { sent, control }));
      return result;
    } finally {
      worker.terminate();
    }
  }
}

/** Tries the derivations in turn, newest first, as long as the service answers `refused`. */
async function firstAccepted<Result>(
  attempt: Attempt,
  refused: string,
  use: (key: DerivedKey, entry: KdfEntry) => Promise<Result>,
): Promise<Result> {
  const [present, ...previous] = attempt.entries;
  let refusal: unknown;
  for (const entry of [present, ...previous]) {
    try {
      return await use(await attempt.derive(entry), entry);
    } catch (error) {
      if (!(error instanceof NotaryError) || error.code !== refused) throw error;
      // The newest derivation's refusal is the one to report.
      refusal ??= error;
    }
  }
  throw refusal;
}

/** Binds a JWT to one endpoint and one method of the service itself. */
function forService(
  service: Service,
  method: string,
  endpoint: EndpointName,
  claims?: Claims,
): TokenOptions {
  return {
    aud: service.publicUri,
    claims: { ...claims, htm: method, htu: service.url(endpoint) },
    lifetime: LIFETIME,
  };
}

/** From seconds since 1970. */
function toDate(seconds: number): Date {
  return new Date(seconds * 1000);
}
