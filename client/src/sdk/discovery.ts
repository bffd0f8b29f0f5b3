import { kdfEntries } from '../derive/kdf.ts';
import { NotaryError } from './error.ts';
import { call, type Fetch } from './http.ts';
import type { EndpointName, WellKnown } from './wire.ts';

/** A password is never shorter than this, whatever the service says. */
const MIN_LENGTH_FLOOR = 8;

/** What a service says about itself, checked. */
export class Service {
  readonly publicUri: string;
  /** code points after NFKC */
  readonly minLength: number;
  /** seconds a confirmation link works */
  readonly confirmationTtl: number;
  /** whether any derivation in use needs an evaluation by the service */
  readonly usesOprf: boolean;
  /** the OPRF of the present derivation */
  readonly oprf: string | undefined;
  /** URI of the signing service that goes with this one */
  readonly signer: string | undefined;
  readonly #endpoints: WellKnown['endpoints'];

  constructor(announced: WellKnown) {
    this.publicUri = announced.public_uri;
    this.minLength = Math.max(MIN_LENGTH_FLOOR, announced.password.min_length);
    if (!Number.isFinite(this.minLength)) throw new Error('no shortest password');
    this.confirmationTtl = announced.confirmation_ttl;
    this.usesOprf = kdfEntries(announced.kdf).some((entry) => entry.oprf !== undefined);
    this.oprf = announced.kdf.oprf;
    this.signer = announced.signer ?? undefined;
    this.#endpoints = announced.endpoints;
  }

  /** The URL of an endpoint, which is also its `htu`: both are the public URI and the path. */
  url(endpoint: EndpointName): string {
    const announced = this.#endpoints[endpoint];
    const url = announced.startsWith('/') ? this.publicUri + announced : announced;
    if (!url.startsWith(`${this.publicUri}/`)) throw new NotaryError('unexpected_answer');
    return url;
  }
}

/** Reads `/.well-known/notary` below `base`. */
export async function discover(send: Fetch, base: string): Promise<Service> {
  const url = `${base}/.well-known/notary`;
  const announced = await call<WellKnown>(send, { method: 'GET', url });
  const service = readService(announced);
  // Opened as localhost, say, where 127.0.0.1 is the name: it would refuse every call from here.
  if (new URL(service.publicUri).origin !== new URL(base).origin) {
    throw new NotaryError('forbidden_origin', { detail: `use ${service.publicUri}` });
  }
  return service;
}

function readService(announced: WellKnown): Service {
  try {
    return new Service(announced);
  } catch {
    throw new NotaryError('unexpected_answer');
  }
}
