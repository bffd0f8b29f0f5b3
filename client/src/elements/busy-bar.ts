import type { Progress } from '../sdk/attempt.ts';
import { button, h } from './dom.ts';
import type { Speaker } from './flow.ts';

/** How long a call takes: a bar that follows the estimate, the stage in words, Cancel. */
export class BusyBar {
  readonly root = h('div', { part: 'busy', tabindex: '-1', hidden: true });
  readonly #speaker: Speaker;
  readonly #bar = h('progress', { part: 'progress', max: '1' });
  readonly #stage = h('p', { class: 'small', role: 'status' });
  readonly #cancel: HTMLButtonElement;
  #frame = 0;

  constructor(speaker: Speaker, onCancel: () => void) {
    this.#speaker = speaker;
    speaker.label(this.#bar, 'aria-label', 'asking');
    this.#cancel = speaker.say(button('button quiet', onCancel), 'cancel');
    this.root.append(this.#bar, h('div', { class: 'row' }, this.#stage, this.#cancel));
  }

  begin(): void {
    this.#bar.value = 0;
    this.#cancel.hidden = false;
    this.root.hidden = false;
    // The button that had the focus is gone; Cancel would be pressed by a second Enter.
    this.root.focus();
  }

  get hasFocus(): boolean {
    return this.root.matches(':focus-within');
  }

  end(): void {
    cancelAnimationFrame(this.#frame);
    this.root.hidden = true;
    this.#stage.textContent = '';
  }

  readonly report = (progress: Progress): void => {
    cancelAnimationFrame(this.#frame);
    this.#speaker.say(this.#stage, progress.stage);
    this.#speaker.label(this.#bar, 'aria-label', progress.stage);
    // What has been sent may have been done: nothing could promise that it was not.
    if (progress.stage === 'sending' && this.hasFocus) this.root.focus();
    this.#cancel.hidden = progress.stage === 'sending';
    if (progress.stage === 'deriving') this.#follow(progress.estimate);
    else this.#bar.value = progress.stage === 'asking' ? 0.04 : 0.96;
  };

  /** Nears the end as the estimated time passes, and never claims to have reached it. */
  #follow(estimate: number): void {
    const started = performance.now();
    const step = () => {
      const passed = (performance.now() - started) / estimate;
      this.#bar.value = 0.08 + 0.86 * (1 - Math.exp(-1.8 * passed));
      this.#frame = requestAnimationFrame(step);
    };
    step();
  }
}
