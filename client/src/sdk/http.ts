import { NotaryError, type NotaryErrorDetails, type ServerCode } from './error.ts';
import type { Problem } from './wire.ts';

/** `fetch`, or something that stands in for it. */
export type Fetch = (input: Request) => Promise<Response>;

const TIMEOUT_MS = 30_000;
const PROBLEM = 'urn:notary:problem:';

export interface Call {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  url: string;
  body?: unknown;
  signal?: AbortSignal | undefined;
}

/**
 * One call of the service: JSON both ways, no cookies, no redirects, no cache.
 * Throws nothing but `NotaryError`.
 */
export async function call<Answer>(
  send: Fetch,
  { method, url, body, signal }: Call,
): Promise<Answer> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await send(
      new Request(url, {
        method,
        headers: {
          Accept: 'application/json',
          ...(body !== undefined && { 'Content-Type': 'application/json' }),
        },
        body: body === undefined ? null : JSON.stringify(body),
        credentials: 'omit',
        redirect: 'error',
        cache: 'no-store',
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      }),
    );
    if (!response.ok) throw await problemOf(response);
    return (response.status === 204 ? undefined : await response.json()) as Answer;
  } catch (error) {
    if (error instanceof NotaryError) throw error;
    if (signal?.aborted) throw new NotaryError('cancelled');
    throw new NotaryError(error instanceof SyntaxError ? 'unexpected_answer' : 'network');
  }
}

/** What a proxy in between means, which knows nothing of our problems. */
const BY_STATUS: Record<number, ServerCode> = {
  429: 'too_many_requests',
  500: 'unavailable',
  502: 'unavailable',
  503: 'unavailable',
  504: 'unavailable',
};

async function problemOf(response: Response): Promise<NotaryError> {
  const details: NotaryErrorDetails = { status: response.status };
  const requestId = response.headers.get('X-Request-Id');
  if (requestId) details.requestId = requestId;
  const retryAfter = Number.parseInt(response.headers.get('Retry-After') ?? '', 10);
  if (retryAfter >= 0) details.retryAfter = retryAfter;
  const problem: Problem | null = await response.json().catch(() => null);
  if (problem?.detail) details.detail = problem.detail;
  const type = problem?.type ?? '';
  return new NotaryError(
    type.startsWith(PROBLEM)
      ? type.slice(PROBLEM.length)
      : (BY_STATUS[response.status] ?? 'unexpected_answer'),
    details,
  );
}
