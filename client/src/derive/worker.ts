import { argon2Engine } from './argon2.ts';
import { Derivation } from './derivation.ts';
import type { Calls, Question, Reply } from './messages.ts';

/**
 * The worker of one password: it lives for one sign-up, one sign-in, one change, and is terminated
 * after it, which is also how Cancel works. Argon2id would freeze the page anywhere else.
 */
const engine = argon2Engine();
let derivation: Derivation | undefined;

async function answer(question: Question): Promise<Calls[Question['name']]['answer']> {
  if (question.name === 'start') {
    derivation = new Derivation(question.ask.password, await engine);
    return { blinded: derivation.blinded };
  }
  if (!derivation) throw new Error('internal');
  if (question.name === 'derive') {
    const started = performance.now();
    const key = await derivation.derive(question.ask);
    return { key, engine: await engine, ms: performance.now() - started };
  }
  const { search } = await import('./search.ts');
  return search(derivation.secrets, question.ask.sent, question.ask.control);
}

/** The messages of our own that may be shown as a code; anything else is a fault of this program. */
const CODES = new Set(['weak_kdf', 'unsupported_kdf', 'unexpected_answer']);

addEventListener('message', async ({ data }: MessageEvent<Question>) => {
  let reply: Reply;
  try {
    reply = { id: data.id, answer: await answer(data) };
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    reply = { id: data.id, code: CODES.has(message) ? message : 'derivation_failed' };
  }
  postMessage(reply);
});
