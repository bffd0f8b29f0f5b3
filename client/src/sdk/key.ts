import { toBase64 } from './encoding.ts';
import { NotaryError } from './error.ts';
import { type Claims, makeToken, type Signer, type TokenOptions } from './jwt.ts';

/** What is known of a key once the service has accepted it. */
export interface KeyFacts {
  thumbprint: string;
  confirmedAt: Date;
  outdated: boolean;
}

/** `fetch` options; `aud` is the service's URI, by default the origin of the URL. */
export type SignedRequestInit = RequestInit & { aud?: string };

/**
 * A person's key, unlocked: it can sign until it is locked, and cannot be read out.
 * It lives in memory only; reloading the page locks it.
 */
export class NotaryKey {
  /** canonical address */
  readonly address: string;
  readonly kid: string;
  /** RFC 7638 thumbprint of the public key */
  readonly thumbprint: string;
  readonly confirmedAt: Date;
  /** made with an older derivation: offer to change the password */
  readonly outdated: boolean;
  #signer: Signer | undefined;

  constructor(signer: Signer, { thumbprint, confirmedAt, outdated }: KeyFacts) {
    this.address = signer.address;
    this.kid = signer.kid;
    this.thumbprint = thumbprint;
    this.confirmedAt = confirmedAt;
    this.outdated = outdated;
    this.#signer = signer;
  }

  get locked(): boolean {
    return this.#signer === undefined;
  }

  /** Forgets the key. Everything but `address`, `kid` and `thumbprint` fails from now on. */
  lock(): void {
    this.#signer = undefined;
  }

  /** A JWT of this person for another service. `sub`, `aud`, `iat`, `exp` and `jti` are always ours. */
  async token(options: TokenOptions): Promise<string> {
    if (!this.#signer) throw new NotaryError('locked');
    return makeToken(this.#signer, options);
  }

  /** The request with a JWT that is good for it alone: method, URI and the digest of the body. */
  async sign(url: string | URL, { aud, ...init }: SignedRequestInit = {}): Promise<Request> {
    const request = new Request(url, { redirect: 'error', ...init });
    const claims: Claims = { htm: request.method, htu: uriOf(request.url) };
    if (request.body !== null || init.body != null) {
      // Read once, so that what is signed is what is sent: a form's boundary is random.
      const body = await request.clone().arrayBuffer();
      claims.digest = await contentDigest(body);
    }
    const jwt = await this.token({ aud: aud ?? new URL(request.url).origin, claims });
    request.headers.set('Authorization', `Bearer ${jwt}`);
    return request;
  }

  /** `fetch` with `sign`. Redirects are refused: the JWT is bound to this URI. */
  async fetch(url: string | URL, init?: SignedRequestInit): Promise<Response> {
    return fetch(await this.sign(url, init));
  }
}

/** RFC 9530: `sha-256=:<base64>:` */
export async function contentDigest(body: ArrayBuffer): Promise<string> {
  return `sha-256=:${toBase64(new Uint8Array(await crypto.subtle.digest('SHA-256', body)))}:`;
}

/** RFC 9449, `htu`: without query and fragment. */
function uriOf(url: string): string {
  const uri = new URL(url);
  uri.search = '';
  uri.hash = '';
  return uri.href;
}
