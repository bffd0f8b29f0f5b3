import { fromBase64 } from '../sdk/encoding.ts';
import type { NotaryKey } from '../sdk/key.ts';
import { h } from './dom.ts';
import { Field } from './field.ts';
import type { Speaker } from './flow.ts';
import { taskForm } from './task-form.ts';

/** What a person wants to have signed. */
export interface PlainRequest {
  method: string;
  url: string;
  body: string;
}

/** The form that asks for a request. */
export function signRequestForm(
  speaker: Speaker,
  back: Node,
  use: (request: PlainRequest) => Promise<void>,
): HTMLElement {
  const method = new MethodField(
    speaker,
    'method',
    h('input', { value: 'POST', autocomplete: 'off' }),
  );
  const url = new UrlField(
    speaker,
    'url',
    h('input', { type: 'url', inputmode: 'url', autocomplete: 'off' }),
    {
      missing: 'urlMissing',
    },
  );
  url.input.value = 'https://shop.example.org/orders';
  const body = new Field(speaker, 'body', h('textarea', { rows: '3', spellcheck: 'false' }));
  body.input.value = '{"item": 7}';
  return taskForm(speaker, {
    fields: [method, url, body],
    submit: 'sign',
    others: [back],
    run: () => use({ method: method.value, url: url.value, body: body.value }),
  });
}

/** Signs it and shows the claims and the request as it would be sent. */
export async function signedRequest(
  speaker: Speaker,
  key: NotaryKey,
  { method, url, body }: PlainRequest,
): Promise<Node[]> {
  const bodiless = method === 'GET' || method === 'HEAD' || body === '';
  const request = await key.sign(url, { method, body: bodiless ? null : body });
  const authorization = request.headers.get('Authorization') ?? '';
  const claims = JSON.parse(
    new TextDecoder().decode(fromBase64(authorization.split('.')[1] ?? '')),
  ) as { exp: number; iat: number };
  return [
    speaker.say(h('h3', {}), 'signed', (texts) => ({
      duration: texts.duration(claims.exp - claims.iat),
    })),
    speaker.say(h('h4', {}), 'claims'),
    h('pre', { part: 'code', tabindex: '0' }, JSON.stringify(claims, null, 2)),
    speaker.say(h('h4', {}), 'header'),
    h(
      'pre',
      { part: 'code wrap', tabindex: '0' },
      `${method} ${url}\nAuthorization: ${authorization}`,
    ),
  ];
}

class MethodField extends Field {
  override get value(): string {
    return this.input.value.toUpperCase();
  }

  override async check(): Promise<boolean> {
    const usable = canBeRequested('https://example.org', this.value);
    this.fail(usable ? undefined : 'methodWrong');
    return usable;
  }
}

class UrlField extends Field {
  override async check(): Promise<boolean> {
    const whole = /^https?:\/\//i.test(this.value) && canBeRequested(this.value, 'GET');
    this.fail(whole ? undefined : 'urlMissing');
    return whole;
  }
}

/** Browsers have the last word: no TRACE, no name and password in the address. */
function canBeRequested(url: string, method: string): boolean {
  try {
    new Request(url, { method });
    return true;
  } catch {
    return false;
  }
}
