/** What the service can answer with: the last part of `urn:notary:problem:<name>`. */
export type ServerCode =
  | 'malformed_request'
  | 'invalid_address'
  | 'invalid_key'
  | 'invalid_jwt'
  | 'confirmation_failed'
  | 'signature_refused'
  | 'forbidden_origin'
  | 'not_found'
  | 'method_not_allowed'
  | 'request_timeout'
  | 'payload_too_large'
  | 'unsupported_media_type'
  | 'too_many_requests'
  | 'blocked'
  | 'too_many_evaluations'
  | 'internal_error'
  | 'unavailable'
  | 'overloaded';

/** What can go wrong on this side. */
export type LocalCode =
  /** the key made from this password is not the active one of this address */
  | 'wrong_password'
  | 'password_too_short'
  /** a lone surrogate, or longer than 65,535 bytes */
  | 'password_invalid'
  /** the service could not be reached, or took too long */
  | 'network'
  | 'cancelled'
  /** the service announced a derivation below this client's floor */
  | 'weak_kdf'
  | 'unsupported_kdf'
  /** not what the protocol promises */
  | 'unexpected_answer'
  /** no WebCrypto: the page is neither https nor on loopback */
  | 'insecure_context'
  | 'derivation_failed'
  /** the key was locked */
  | 'locked';

/** Open at the end: a newer service may name problems this client has not heard of. */
export type NotaryErrorCode = ServerCode | LocalCode | (string & {});

export interface NotaryErrorDetails {
  /** HTTP status, when there was an answer */
  status?: number | undefined;
  /** seconds to wait before the next try */
  retryAfter?: number | undefined;
  /** `X-Request-Id` of the answer, for the operator's log */
  requestId?: string | undefined;
  /** the service's own words, in English */
  detail?: string | undefined;
}

/** The one error of this SDK. Programs read `code`; people are told in their own language. */
export class NotaryError extends Error {
  override readonly name = 'NotaryError';
  readonly code: NotaryErrorCode;
  readonly status: number | undefined;
  readonly retryAfter: number | undefined;
  readonly requestId: string | undefined;

  constructor(
    code: NotaryErrorCode,
    { status, retryAfter, requestId, detail }: NotaryErrorDetails = {},
  ) {
    super(detail ?? code);
    this.code = code;
    this.status = status;
    this.retryAfter = retryAfter;
    this.requestId = requestId;
  }
}
