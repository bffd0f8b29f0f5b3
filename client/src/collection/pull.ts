import Kinto, { KintoClient } from 'kinto';
import { signedPayload } from './canonical.ts';
import { type JsonObject, readJson } from './json.ts';

/** Which collection of which service. */
export interface Source {
  /** root of the service, with or without `/v1` */
  server: string;
  bucket: string;
  collection: string;
}

/** One signature as the service stores it with the collection. */
export interface StoredSignature {
  signature: string;
  public_key?: string;
}

/** What was pulled, as far as a signature is about it. */
export interface Pulled {
  payload: string;
  records: readonly JsonObject[];
  signatures: readonly StoredSignature[];
}

/** Says no to what was pulled, by throwing; nothing is stored then. */
export type Gate = (pulled: Pulled) => Promise<void>;

/**
 * Pulls a collection with kinto.js, and lets `gate` look at it before any record is stored.
 *
 * kinto.js hands out records as JavaScript values, in which 1.0 and large integers are lost; so the
 * documents it receives are kept as text, and the payload is rebuilt from those.
 */
export async function pull({ server, bucket, collection }: Source, gate: Gate): Promise<void> {
  const pages: string[] = [];
  const keepText = async (url: string, init: RequestInit) => {
    const response = await fetch(url, { ...init, credentials: 'omit' });
    if (new URL(url).pathname.endsWith('/records')) pages.push(await response.clone().text());
    return response;
  };

  class Client extends KintoClient {
    constructor(remote: string, options?: ConstructorParameters<typeof KintoClient>[1]) {
      super(remote, { ...options, fetchFunc: keepText as typeof fetch });
    }
  }
  class Pulling extends Kinto {
    override get ApiClass() {
      return Client;
    }
  }

  const local = new Pulling({ remote: apiRoot(server), bucket }).collection(collection, {
    // Kinto's ids are not always UUIDs, and these are never made here.
    idSchema: { generate: () => '', validate: () => true },
    hooks: {
      'incoming-changes': [
        async (changes: { lastModified: number }) => {
          const records = pages.flatMap(
            (page) => (readJson(page) as JsonObject).get('data') as JsonObject[],
          );
          const payload = signedPayload(records, String(changes.lastModified));
          await gate({ payload, records, signatures: signaturesOf(await local.metadata()) });
          return changes;
        },
      ],
    },
  } as never);
  // The signature is about all of it, so nothing may be left from an earlier pull.
  await local.clear();
  await local.sync({ strategy: Kinto.syncStrategy.PULL_ONLY } as never);
}

/** Where the API is: `/v1` below the root. */
function apiRoot(server: string): string {
  const root = server.replace(/\/+$/, '');
  return root.endsWith('/v1') ? root : `${root}/v1`;
}

/** All of them, the usual one first: while keys change there are several. */
function signaturesOf(metadata: unknown): StoredSignature[] {
  const { signature, signatures = [] } = (metadata ?? {}) as {
    signature?: StoredSignature;
    signatures?: StoredSignature[];
  };
  return [signature, ...signatures].filter(
    (one) => typeof one?.signature === 'string',
  ) as StoredSignature[];
}
