import type { CallOptions } from '../sdk/attempt.ts';
import { cancellable } from '../sdk/cancellable.ts';
import { NotaryError } from '../sdk/error.ts';
import { BusyBar } from './busy-bar.ts';
import { h } from './dom.ts';
import { AddressField, type Field } from './field.ts';
import type { Speaker, TextKey, TextValues } from './flow.ts';
import { PasswordField } from './password-field.ts';
import { ProblemBox } from './problem-box.ts';

/** One thing a person can do with a form. */
export interface Task {
  fields: Field<HTMLInputElement | HTMLTextAreaElement>[];
  submit: TextKey;
  submitValues?: TextValues;
  /** how the first button is drawn; `danger` for what cannot be taken back */
  emphasis?: 'primary' | 'danger' | 'plain';
  /** further buttons, beside the first */
  others?: Node[];
  /** Does it, and shows what comes after. Throws `NotaryError`. */
  run(options: CallOptions): Promise<void>;
}

/** Problems that belong to one field. */
const ADDRESS_PROBLEMS = new Set<string>(['invalid_address']);
const PASSWORD_PROBLEMS = new Set<string>(['password_too_short', 'password_invalid']);

/** A real form: checks, sends, shows progress, says what went wrong and where. */
export function taskForm(speaker: Speaker, task: Task): HTMLElement {
  let abort: AbortController | undefined;
  const problem = new ProblemBox(speaker);
  const busy = new BusyBar(speaker, () => abort?.abort());
  const part = `button ${task.emphasis ?? 'primary'}`;
  const submit = h('button', { type: 'submit', part });
  speaker.say(submit, task.submit, task.submitValues);
  const actions = h('div', { class: 'row', part: 'actions' }, submit, ...(task.others ?? []));
  const form = h(
    'form',
    { part: 'form', novalidate: true },
    ...task.fields.map(({ root }) => root),
    problem.root,
    actions,
    busy.root,
  );

  async function send(): Promise<void> {
    problem.clear();
    abort = new AbortController();
    const signal = AbortSignal.any([abort.signal, speaker.ended]);
    actions.hidden = true;
    busy.begin();
    try {
      // A check may wait for the service.
      const [firstWrong] = await cancellable(wrongFields(task.fields), signal);
      if (firstWrong) return firstWrong.input.focus();
      await task.run({ signal, onProgress: busy.report });
    } catch (error) {
      fail(error);
    } finally {
      const { hasFocus } = busy;
      actions.hidden = false;
      busy.end();
      if (hasFocus) submit.focus();
      abort = undefined;
    }
  }

  function fail(error: unknown): void {
    const code = error instanceof NotaryError ? error.code : '';
    const field = task.fields.find(
      (candidate) =>
        (candidate instanceof AddressField && ADDRESS_PROBLEMS.has(code)) ||
        (candidate instanceof PasswordField && PASSWORD_PROBLEMS.has(code)),
    );
    if (field) {
      field.fail(code as TextKey);
      field.input.focus();
      return;
    }
    const wait = error instanceof NotaryError && error.retryAfter !== undefined;
    submit.disabled = wait;
    problem.show(error).then((hadFocus) => {
      submit.disabled = false;
      if (hadFocus) submit.focus();
    });
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (!abort && !submit.disabled) send();
  });
  return form;
}

async function wrongFields<Input extends Field<HTMLInputElement | HTMLTextAreaElement>>(
  fields: Input[],
): Promise<Input[]> {
  const checks = await Promise.all(fields.map((field) => field.check()));
  return fields.filter((_, i) => !checks[i]);
}
