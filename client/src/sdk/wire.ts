/**
 * The answers of the identity service, as its protocol words them. Requests are written where they
 * are sent. Times are seconds since 1970; byte strings are base64 (`salt`) or base64url (the rest).
 */
import type { Kdf } from '../derive/kdf.ts';

/** `GET /.well-known/notary` */
export interface WellKnown {
  public_uri: string;
  kdf: Kdf;
  limits: { calls_per_second: number; calls_per_minute: number };
  password: { min_length: number; normalization: string };
  /** seconds a confirmation link works */
  confirmation_ttl: number;
  endpoints: Record<EndpointName, string>;
  /** origins of companion signing services that the pages may talk to */
  signer?: string | string[];
}

export type EndpointName = 'salt' | 'signup' | 'confirm' | 'signature';

/** `POST /salt` */
export interface SaltAnswer {
  address: string;
  salt: string;
  kdf: Kdf;
  now: number;
  evaluated?: string;
}

/** 200 of `POST /confirm` */
export interface ConfirmAnswer {
  address: string;
  kid: string;
  confirmed_at: number | string;
}

/** 202: a mail is on its way, or (for a new address) the other mailbox has to confirm too */
export interface StatusAnswer {
  status: 'confirmation_sent' | 'one_more_confirmation';
}

/** 200 of `POST /signature` */
export interface SignatureAnswer extends ConfirmAnswer {
  kdf_v: number;
}

/** RFC 9457 */
export interface Problem {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
}
