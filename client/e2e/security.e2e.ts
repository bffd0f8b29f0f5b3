import { request as httpRequest } from 'node:http';
import type { Browser, Page, Request } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { search } from '../src/derive/search.ts';
import { utf8 } from '../src/sdk/encoding.ts';
import { launchBrowser } from './browser.ts';
import { linkOf } from './mailbox.ts';
import { Service } from './service.ts';
import { builtFiles } from './static-site.ts';

const PASSWORD = 'a lantern in the western fog';
const PAGES = [
  '/',
  '/confirm',
  '/app/account',
  '/app/what-left-your-browser',
  '/app/embed',
  '/app/collection',
];
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
];

let browser: Browser;
let service: Service;

beforeAll(async () => {
  [browser, service] = await Promise.all([launchBrowser(), Service.start()]);
});
afterAll(async () => {
  await Promise.all([browser.close(), service.stop()]);
});

/** A page whose every request, console message and error is kept. */
async function watched(): Promise<{ page: Page; requests: Request[]; complaints: string[] }> {
  const page = await (await browser.newContext({ locale: 'en-US' })).newPage();
  const requests: Request[] = [];
  const complaints: string[] = [];
  page.context().on('request', (request) => requests.push(request));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  return { page, requests, complaints };
}

async function fillIn(page: Page, address: string): Promise<void> {
  await page.getByLabel('Email address').fill(address);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
}

describe.each(PAGES)('%s', (path) => {
  it('works under the strict policy and talks to its own origin alone', async () => {
    const { page, requests, complaints } = await watched();
    const response = await page.goto(service.origin + path);
    await page.locator('main input').first().waitFor();
    const policy = (await response?.headerValue('Content-Security-Policy')) ?? '';
    const directives = policy.split(';').map((directive) => directive.trim());
    for (const directive of POLICY) expect(directives).toContain(directive);
    expect(await response?.headerValue('Referrer-Policy')).toBe('same-origin');
    expect(complaints).toEqual([]);
    expect(requests.filter((request) => !request.url().startsWith(`${service.origin}/`))).toEqual(
      [],
    );
    await page.context().close();
  });

  it('pins every script and style it names', async () => {
    const { page } = await watched();
    await page.goto(service.origin + path);
    const unpinned = await page.evaluate(() =>
      [...document.querySelectorAll('script, link[rel=stylesheet], link[rel=modulepreload]')]
        .filter((node) => !node.getAttribute('integrity')?.startsWith('sha384-'))
        .map((node) => node.outerHTML),
    );
    expect(unpinned).toEqual([]);
    const inline = await page.evaluate(
      () => document.querySelectorAll('style, [style], script:not([src])').length,
    );
    expect(inline).toBe(0);
    await page.context().close();
  });
});

describe('secrets', () => {
  it('never leave the browser, on the whole way from sign-up to sign-in', async () => {
    const { page, requests, complaints } = await watched();
    const address = 'watched@example.org';
    await page.goto(service.origin);
    await fillIn(page, address);
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByText('Check your mail').waitFor();
    const letter = await service.mailbox.take('signup', address);
    await page.goto(linkOf(service.origin, letter));
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByRole('link', { name: 'Go to your account' }).click();
    await fillIn(page, address);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByText('Key fingerprint').waitFor();

    const sent = await Promise.all(
      requests.map(async (request) => {
        const headers = Object.entries(await request.allHeaders())
          .flat()
          .join(' ');
        return utf8(`${request.method()} ${request.url()} ${headers} ${request.postData() ?? ''}`);
      }),
    );
    const report = search(new Map([['password', utf8(PASSWORD)]]), sent, address);
    expect(report.found).toEqual([]);
    // /salt, /signup, /salt, /confirm, /salt, /signature
    expect(report.controlFound).toBe(6);
    // The token is in the JWT of the confirmation and in nothing else: no URL, no Referer.
    const tokens = search(
      new Map([['token', utf8(letter.token)]]),
      sent.map(withoutBodies),
      address,
    );
    expect(tokens.found).toEqual([]);
    const stored = await page.evaluate(() =>
      JSON.stringify({ ...localStorage, ...sessionStorage }),
    );
    expect(Object.keys(JSON.parse(stored))).toEqual(['notary.durations']);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('erases the token from the address bar and the history at once', async () => {
    const { page } = await watched();
    await page.goto(
      `${service.origin}/confirm#token=secret-token&address=a%40example.org&purpose=signup`,
    );
    await page.getByLabel('Password', { exact: true }).waitFor();
    expect(page.url()).toBe(`${service.origin}/confirm`);
    await page.goto(service.origin);
    await page.goBack();
    expect(page.url()).toBe(`${service.origin}/confirm`);
    await page.context().close();
  });

  it('shows the proof, and the proof is sound', async () => {
    const { page, requests } = await watched();
    await page.goto(`${service.origin}/app/what-left-your-browser`);
    await fillIn(page, 'proof@example.org');
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByText('No secret left this browser').waitFor();
    await page.getByText('Requests it was found in: \u20682\u2069').waitFor();
    const shown = await page.locator('#requests > li > pre:first-of-type').allTextContents();
    const calls = requests.filter((request) => request.resourceType() === 'fetch');
    expect(shown).toHaveLength(calls.length);
    for (const [i, call] of calls.entries()) {
      expect(shown[i]).toContain(`${call.method()} ${call.url()}`);
      expect(shown[i]).toContain(call.postData() ?? '');
    }
    await page.context().close();
  });

  it('are not in a form that anything could send', async () => {
    const { page } = await watched();
    await page.goto(service.origin);
    const password = page.getByLabel('Password', { exact: true });
    expect(await password.getAttribute('name')).toBeNull();
    expect(await password.getAttribute('autocomplete')).toBe('new-password');
    expect(await page.getByLabel('Email address').getAttribute('autocomplete')).toBe('username');
    await page.goto(`${service.origin}/app/account`);
    expect(await password.getAttribute('autocomplete')).toBe('current-password');
    await page.context().close();
  });
});

describe('a page that opens a mail link on its own', () => {
  it('changes nothing, however often', async () => {
    const { page } = await watched();
    const address = 'scanned@example.org';
    await page.goto(service.origin);
    await fillIn(page, address);
    await page.getByRole('button', { name: 'Create account' }).click();
    const letter = await service.mailbox.take('signup', address);
    const link = linkOf(service.origin, letter);
    for (const method of ['GET', 'HEAD', 'GET']) await status(link, method);
    // A scanner with JavaScript that submits whatever form it finds.
    await page.goto(link);
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByText('Enter your password').waitFor();
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByText('is yours').waitFor();
    await page.context().close();
  });
});

describe('the built files', () => {
  it('are all served', async () => {
    for (const { path } of builtFiles()) {
      const url = path.endsWith('.html') ? `/${path.replace(/(index)?\.html$/, '')}` : `/${path}`;
      expect(await status(service.origin + url, 'GET'), url).toBe(200);
    }
  });

  it('are kept for ever when their name holds their hash, and else asked for again', async () => {
    for (const { path, immutable } of builtFiles().filter(({ path }) =>
      path.startsWith('assets/'),
    )) {
      const url = `${service.origin}/${path}`;
      const answer = await fetch(url);
      const expected = immutable ? 'public, max-age=31536000, immutable' : 'no-cache';
      expect(answer.headers.get('Cache-Control'), path).toBe(expected);
      expect(answer.headers.get('Vary'), path).toContain('Origin');
      if (immutable) continue;
      const tag = answer.headers.get('ETag') ?? '';
      const again = await fetch(url, { headers: { 'If-None-Match': `"other", W/${tag}` } });
      expect(again.status, path).toBe(304);
      expect(again.headers.get('ETag')).toBe(tag);
      expect(await again.text()).toBe('');
      const other = await fetch(url, { headers: { 'If-None-Match': '"other"' } });
      expect(other.status, path).toBe(200);
    }
  });
});

describe('too many calls', () => {
  it('are counted down', async () => {
    const { page } = await watched();
    await page.goto(service.origin);
    await fillIn(page, 'hasty@example.org');
    await page.route(
      '**/salt',
      (route) =>
        route.fulfill({
          status: 429,
          headers: { 'Retry-After': '2', 'Content-Type': 'application/problem+json' },
          body: JSON.stringify({ type: 'urn:notary:problem:too_many_requests', status: 429 }),
        }),
      { times: 1 },
    );
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByText('That was too fast.').waitFor();
    await page.getByText(/Try again in .*1 second/).waitFor();
    expect(await page.getByRole('button', { name: 'Create account' }).isDisabled()).toBe(true);
    await page.getByText('That was too fast.').waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByText('Check your mail').waitFor();
    await page.context().close();
  });
});

/** A request as text, cut before its body: tokens may stand only in bodies. */
function withoutBodies(piece: Uint8Array): Uint8Array {
  const text = new TextDecoder().decode(piece);
  const body = text.indexOf(' {"');
  return utf8(body < 0 ? text : text.slice(0, body));
}

/** Outside the browser, as a mail scanner would. */
function status(url: string, method: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const call = httpRequest(url.split('#')[0] ?? url, { method }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    call.on('error', reject).end();
  });
}
