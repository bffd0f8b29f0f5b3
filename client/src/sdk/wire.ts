/**
 * The answers of the identity service, from its own OpenAPI description. Times are seconds since
 * 1970; byte strings are base64 (`salt`) or base64url (the rest).
 */
import type { Kdf } from '../derive/kdf.ts';
import type { components } from './api.d.ts';

type Schemas = components['schemas'];

/** The description leaves the `kdf` open; the protocol does not. */
type WithKdf<Answer> = Omit<Answer, 'kdf'> & { kdf: Kdf };

/** `GET /.well-known/notary` */
export type WellKnown = WithKdf<Schemas['WellKnown']>;

export type EndpointName = keyof Schemas['Endpoints'];

/** `POST /salt` */
export type SaltAnswer = WithKdf<Schemas['SaltResponse']>;

/** 200 of `POST /confirm` */
export type ConfirmAnswer = Schemas['ConfirmResponse'];

/** 202: a mail is on its way, or (for a new address) the other mailbox has to confirm too */
export type StatusAnswer = Schemas['StatusResponse'];

/** 200 of `POST /signature` */
export type SignatureAnswer = Schemas['SignatureResponse'];

/** RFC 9457; a proxy in between may send less */
export type Problem = Partial<Schemas['ProblemBody']>;
