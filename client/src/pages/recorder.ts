import type { Fetch } from '../sdk/http.ts';

/** One request as it was handed to the browser's `fetch`. */
export interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

/** Stands in front of `fetch` and writes down every request before it is sent. */
export class Recorder {
  readonly sent: SentRequest[] = [];
  readonly #onRequest: () => void;

  constructor(onRequest: () => void) {
    this.#onRequest = onRequest;
  }

  readonly fetch: Fetch = async (request) => {
    const { method, url } = request;
    const body = await request.clone().text();
    this.sent.push({ method, url, headers: [...request.headers], body });
    this.#onRequest();
    return fetch(request);
  };

  /** Every byte of every request, one piece for each. */
  bytes(): Uint8Array[] {
    return this.sent.map((request) => new TextEncoder().encode(asText(request)));
  }
}

/** A request the way it is written on the wire. */
export function asText({ method, url, headers, body }: SentRequest): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  return [`${method} ${url}`, ...lines, '', body].join('\n');
}
