import type { SearchReport } from '../derive/search.ts';
import './language.ts';
import '../elements/signup.ts';
import { h } from '../elements/dom.ts';
import type { NotarySignup } from '../elements/signup.ts';
import { fromBase64 } from '../sdk/encoding.ts';
import { Notary } from '../sdk/notary.ts';
import { type PageKey, type PageTexts, startPage } from './page.ts';
import { asText, Recorder } from './recorder.ts';

const requests = document.querySelector('#requests') as HTMLElement;
const section = document.querySelector('#sent') as HTMLElement;
const result = document.querySelector('#result') as HTMLElement;
const element = document.querySelector('notary-signup') as NotarySignup;

let report: SearchReport | undefined;
let texts: PageTexts | undefined;
const recorder = new Recorder(paint);

/** The sign-up of the SDK, watched: each is searched before its secrets are forgotten. */
class WatchedNotary extends Notary {
  override signUp(...[credentials, options]: Parameters<Notary['signUp']>) {
    return super.signUp(credentials, {
      ...options,
      beforeForgetting: async (search) => {
        report = await search(recorder.bytes(), credentials.address);
        paint();
      },
    });
  }
}

// Before anything is awaited: the element must not make an unwatched one of its own.
element.notary = new WatchedNotary('..', { fetch: recorder.fetch });

texts = await startPage((changed) => {
  texts = changed;
  paint();
});

function paint(): void {
  if (!texts) return;
  const said = texts;
  section.hidden = recorder.sent.length === 0;
  requests.replaceChildren(
    ...recorder.sent.map((request) =>
      h(
        'li',
        {},
        h('h3', {}, `${request.method} ${new URL(request.url).pathname}`),
        h('p', { class: 'soft' }, said.get(explanation(request))),
        h('pre', { class: 'wrap', tabindex: '0' }, asText(request).trimEnd()),
        ...signed(request.body, said),
      ),
    ),
  );
  result.hidden = report === undefined;
  if (report) result.replaceChildren(...verdict(report, said));
}

function explanation({ method, url }: { method: string; url: string }): PageKey {
  if (method === 'GET') return 'proofDiscovery';
  if (url.endsWith('/salt')) return 'proofSalt';
  return url.endsWith('/signup') ? 'proofSignup' : 'proofOther';
}

/** What the JWT of a body says, for those who do not read base64. */
function signed(body: string, texts: PageTexts): Node[] {
  const jwt = /"jwt":"[^."]+\.([^."]+)/.exec(body)?.[1];
  if (!jwt) return [];
  const claims: unknown = JSON.parse(new TextDecoder().decode(fromBase64(jwt)));
  return [
    h('p', { class: 'soft' }, texts.get('proofInside')),
    h('pre', { class: 'wrap', tabindex: '0' }, JSON.stringify(claims, null, 2)),
  ];
}

const SECRETS: Record<string, PageKey> = {
  password: 'secretPassword',
  oprf: 'secretOprf',
  argon2id: 'secretArgon2id',
  key: 'secretKey',
};

function verdict(report: SearchReport, texts: PageTexts): Node[] {
  const clean = report.found.length === 0;
  const names = clean ? Object.keys(report.spellings) : report.found;
  const bytes = new Intl.NumberFormat(texts.language).format(report.bytes);
  const searched = names.map((name) =>
    h('li', {}, texts.get(SECRETS[name] ?? 'secretKey', { count: report.spellings[name] ?? 0 })),
  );
  const sound = report.controlFound > 0;
  const control = texts.get(sound ? 'proofControl' : 'proofUnsound', {
    count: report.controlFound,
  });
  return [
    h(
      'div',
      { class: clean && sound ? 'verdict' : 'verdict bad' },
      h('strong', {}, texts.get(clean ? 'proofClean' : 'proofLeak')),
      h('p', {}, texts.get(clean ? 'proofCleanText' : 'proofLeakText', { bytes })),
      h('ul', {}, ...searched),
      h('p', { class: 'soft' }, control),
      h('p', { class: 'soft' }, connections(texts)),
    ),
  ];
}

/** What else the page has loaded, by the browser's own account. */
function connections(texts: PageTexts): string {
  const urls = performance.getEntriesByType('resource').map(({ name }) => new URL(name));
  const sent = new Set(recorder.sent.map(({ url }) => url));
  const foreign = new Set(
    urls
      .filter(({ protocol, origin }) => protocol !== 'blob:' && origin !== location.origin)
      .map(({ origin }) => origin),
  );
  if (foreign.size > 0) return texts.get('proofForeign', { origins: [...foreign].join(', ') });
  const count = urls.filter(({ href }) => !sent.has(href)).length;
  return texts.get('proofFiles', { count, origin: location.origin });
}
