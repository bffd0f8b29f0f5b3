/**
 * Accounts without shared secrets, from a browser:
 *
 * ```ts
 * const notary = new Notary('https://id.example.org');
 * await notary.signUp({ address, password });
 * // ... the person opens the link in the mail, types the password again:
 * await notary.confirm({ address, password, token });
 * const key = await notary.unlock({ address, password });
 * await key.fetch('https://shop.example.org/orders', { method: 'POST', body });
 * ```
 */
export type { CallOptions, Credentials, Progress } from './attempt.ts';
export type { Service } from './discovery.ts';
export { NotaryError, type NotaryErrorCode } from './error.ts';
export type { Claims, TokenOptions } from './jwt.ts';
export type { NotaryKey, SignedRequestInit } from './key.ts';
export { type Confirmation, Notary, type NotaryOptions } from './notary.ts';
