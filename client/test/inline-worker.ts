import { argon2Engine } from '../src/derive/argon2.ts';
import { Derivation } from '../src/derive/derivation.ts';
import type { Question, Reply } from '../src/derive/messages.ts';
import { search } from '../src/derive/search.ts';
import type { WorkerLike } from '../src/sdk/derivation-worker.ts';

/** The worker's job on this thread: Node has no Web Workers. The real one is tested in Chromium. */
export class InlineWorker extends EventTarget implements WorkerLike {
  terminated = false;
  #derivation: Derivation | undefined;

  postMessage(question: Question): void {
    this.#answer(question).then(
      (answer) => this.#reply({ id: question.id, answer }),
      (error: Error) => this.#reply({ id: question.id, code: error.message }),
    );
  }

  terminate(): void {
    this.terminated = true;
  }

  #reply(data: Reply): void {
    if (!this.terminated) this.dispatchEvent(new MessageEvent('message', { data }));
  }

  async #answer(question: Question): Promise<unknown> {
    if (question.name === 'start') {
      this.#derivation = new Derivation(question.ask.password, await argon2Engine());
      return { blinded: this.#derivation.blinded };
    }
    if (!this.#derivation) throw new Error('internal');
    if (question.name === 'search')
      return search(this.#derivation.secrets, question.ask.sent, question.ask.control);
    return { key: await this.#derivation.derive(question.ask), engine: 'wasm', ms: 100 };
  }
}
