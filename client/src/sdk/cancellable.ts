import { NotaryError } from './error.ts';

/** The promise, or `cancelled` as soon as the signal is aborted. */
export function cancellable<Result>(
  promise: Promise<Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const cancel = () => reject(new NotaryError('cancelled'));
    if (signal.aborted) cancel();
    signal.addEventListener('abort', cancel, { once: true });
    promise.then(resolve, reject);
  });
}
