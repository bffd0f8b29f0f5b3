import { NotaryError } from '../sdk/error.ts';
import { h } from './dom.ts';
import type { Speaker, TextKey } from './flow.ts';

/** What happened and what to do next; counts down where there is something to wait for. */
export class ProblemBox {
  readonly root = h('div', { part: 'problem', role: 'alert', tabindex: '-1', hidden: true });
  readonly #speaker: Speaker;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(speaker: Speaker) {
    this.#speaker = speaker;
  }

  clear(): void {
    clearInterval(this.#timer);
    this.root.hidden = true;
    this.root.replaceChildren();
  }

  /**
   * Shows an error and takes the focus. Answers when it makes sense to try again, with whether the
   * focus was here until then.
   */
  show(error: unknown): Promise<boolean> {
    this.clear();
    const { code, retryAfter, requestId } =
      error instanceof NotaryError ? error : new NotaryError('unexpected_answer');
    const known = this.#speaker.texts.has(code);
    this.root.append(this.#speaker.say(h('p'), known ? (code as TextKey) : 'errorUnknown'));
    // Somebody can only be helped with the reference where the fault is the service's.
    if (requestId && (!known || code === 'internal_error')) {
      const reference = h('p', { class: 'small' });
      this.root.append(this.#speaker.say(reference, 'requestId', () => ({ id: requestId })));
    }
    const waited = retryAfter ? this.#countDown(retryAfter) : Promise.resolve(false);
    this.root.hidden = false;
    this.root.focus();
    return waited;
  }

  #countDown(seconds: number): Promise<boolean> {
    const end = performance.now() + seconds * 1000;
    // Not part of the alert's announcement: a screen reader should not read every second.
    const left = h('p', { role: 'timer', 'aria-live': 'off' });
    this.root.append(left);
    return new Promise((resolve) => {
      const tick = () => {
        const rest = Math.ceil((end - performance.now()) / 1000);
        if (rest > 0) {
          const duration = this.#speaker.texts.duration(rest);
          left.textContent = this.#speaker.texts.get('wait', { duration });
          return;
        }
        resolve(this.root.matches(':focus-within'));
        this.clear();
      };
      tick();
      this.#timer = setInterval(tick, 1000);
    });
  }
}
