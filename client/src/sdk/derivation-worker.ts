import type { CallName, Calls, Reply } from '../derive/messages.ts';
import workerUrl from '../derive/worker.ts?worker&url';
import { NotaryError } from './error.ts';

/** What is used of a `Worker`. */
export type WorkerLike = Pick<Worker, 'postMessage' | 'terminate' | 'addEventListener'>;

/** Starts the worker's script, which belongs to the origin this SDK was loaded from. */
export function startWorker(): WorkerLike {
  const url = new URL(workerUrl, import.meta.url);
  if (url.origin === location.origin) return new Worker(url, { type: 'module' });
  // A page of another origin may not start our script as a worker, but a worker of its own may
  // import it. Needs `worker-src blob:` and this service there, and CORS on the script.
  const script = new Blob([`import ${JSON.stringify(url.href)};`], { type: 'text/javascript' });
  const blob = URL.createObjectURL(script);
  try {
    return new Worker(blob, { type: 'module' });
  } finally {
    URL.revokeObjectURL(blob);
  }
}

type Pending = { resolve: (answer: never) => void; reject: (error: NotaryError) => void };

/** Questions to one worker. `terminate`, or the abort of `signal`, ends every open one. */
export class DerivationWorker {
  readonly #worker: WorkerLike;
  readonly #pending = new Map<number, Pending>();
  readonly #signal: AbortSignal | undefined;
  #ended: NotaryError | undefined;
  #lastId = 0;

  constructor(worker: WorkerLike, signal: AbortSignal | undefined) {
    this.#worker = worker;
    this.#signal = signal;
    worker.addEventListener('message', (event) =>
      this.#receive((event as MessageEvent<Reply>).data),
    );
    // A script that does not arrive is a plain event; one that fails names its error.
    worker.addEventListener('error', (event) =>
      this.#end('message' in event ? 'derivation_failed' : 'network'),
    );
    signal?.addEventListener('abort', this.terminate, { once: true });
    if (signal?.aborted) this.terminate();
  }

  ask<Name extends CallName>(name: Name, ask: Calls[Name]['ask']): Promise<Calls[Name]['answer']> {
    if (this.#ended) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      this.#pending.set(id, { resolve, reject });
      this.#worker.postMessage({ id, name, ask });
    });
  }

  readonly terminate = (): void => this.#end('cancelled');

  #end(code: string): void {
    if (this.#ended) return;
    this.#ended = new NotaryError(code);
    this.#signal?.removeEventListener('abort', this.terminate);
    this.#worker.terminate();
    for (const { reject } of this.#pending.values()) reject(this.#ended);
    this.#pending.clear();
  }

  #receive(reply: Reply): void {
    const pending = this.#pending.get(reply.id);
    this.#pending.delete(reply.id);
    if ('code' in reply) pending?.reject(new NotaryError(reply.code));
    else pending?.resolve(reply.answer as never);
  }
}
