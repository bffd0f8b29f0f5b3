import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from './browser.ts';
import { Service } from './service.ts';

const axeSource = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
);
const PAGES = [
  '/',
  '/confirm',
  '/app/account',
  '/app/what-left-your-browser',
  '/app/embed',
  '/app/collection',
];
const WAYS: Record<string, BrowserContextOptions> = {
  'light, wide': { viewport: { width: 1280, height: 800 } },
  'dark, 320 pixels': { viewport: { width: 320, height: 640 }, colorScheme: 'dark' },
  'Arabic, 320 pixels': { viewport: { width: 320, height: 640 }, locale: 'ar' },
  'German, 320 pixels': { viewport: { width: 320, height: 640 }, locale: 'de' },
  'forced colours, no motion': { forcedColors: 'active', reducedMotion: 'reduce' },
};

let browser: Browser;
let service: Service;

beforeAll(async () => {
  [browser, service] = await Promise.all([launchBrowser(), Service.start()]);
});
afterAll(async () => {
  await Promise.all([browser.close(), service.stop()]);
});

/** Runs axe with the rules of WCAG 2.2 AA and its best practices. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  const results = await page.evaluate(() =>
    (window as unknown as { axe: typeof axe }).axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }),
  );
  return results.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`,
  );
}

/** `bypassCSP` is for axe alone; that the pages work under the policy is tested elsewhere. */
async function open(path: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-US', ...options, bypassCSP: true });
  const page = await context.newPage();
  await page.goto(service.origin + path);
  await page.locator('main input').first().waitFor();
  return page;
}

describe.each(Object.entries(WAYS))('%s', (_, options) => {
  it.each(PAGES)('%s passes axe and needs no sideways scrolling', async (path) => {
    const page = await open(path, options);
    expect(await violations(page)).toEqual([]);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBeLessThanOrEqual(0);
    await page.context().close();
  });
});

it('marks the first wrong field and takes the focus there', async () => {
  const page = await open('/');
  await page.getByRole('button', { name: 'Create account' }).click();
  const address = page.getByLabel('Email address');
  await page.getByText('Enter your email address').waitFor();
  expect(await address.getAttribute('aria-invalid')).toBe('true');
  expect(await address.evaluate((node) => node.matches(':focus'))).toBe(true);
  expect(await violations(page)).toEqual([]);
  await page.context().close();
});

it('announces what is wrong with a field, and describes the field by nothing else', async () => {
  const page = await open('/app/account');
  const address = page.getByLabel('Email address');
  await address.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('Enter your email address').waitFor();
  await page.keyboard.type('a');
  await page.getByText('Enter your email address').waitFor({ state: 'detached' });
  await page.context().close();
});

it('keeps the focus where the next step is', async () => {
  const page = await open('/');
  await page.getByLabel('Email address').fill('steady@example.org');
  await page.getByLabel('Password', { exact: true }).fill('a lantern in the western fog');
  const hasFocus = (name: string) =>
    page.getByRole('button', { name }).evaluate((node) => node.matches(':focus'));
  await page.route(
    '**/salt',
    (route) =>
      route.fulfill({
        status: 429,
        headers: { 'Retry-After': '1', 'Content-Type': 'application/problem+json' },
        body: JSON.stringify({ type: 'urn:notary:problem:too_many_requests' }),
      }),
    { times: 1 },
  );
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByText('That was too fast.').waitFor();
  await page.getByText('That was too fast.').waitFor({ state: 'hidden' });
  expect(await hasFocus('Create account')).toBe(true);
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByRole('button', { name: 'Send it again' }).click();
  await page.getByText('Sent again').waitFor();
  await expect.poll(() => hasFocus('Send it again')).toBe(true);
  await page.context().close();
});

it('can be used with the keyboard alone', async () => {
  const page = await open('/');
  await page.getByLabel('Email address').focus();
  await page.keyboard.type('keyboard@example.org');
  await page.keyboard.press('Tab');
  await page.keyboard.type('a lantern in the western fog');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  const reveal = page.getByRole('button', { name: 'Show password' });
  expect(await reveal.getAttribute('aria-pressed')).toBe('true');
  expect(await page.getByLabel('Password', { exact: true }).getAttribute('type')).toBe('text');
  await page.getByLabel('Password', { exact: true }).focus();
  await page.keyboard.press('Enter');
  const title = page.getByRole('heading', { name: 'Check your mail' });
  await title.waitFor();
  expect(await title.evaluate((node) => node.matches(':focus'))).toBe(true);
  expect(await violations(page)).toEqual([]);
  await page.context().close();
});

it('says in words why a password is weak, and does not take it', async () => {
  const page = await open('/');
  await page.getByLabel('Email address').fill('lovelace@example.org');
  await page.getByLabel('Password', { exact: true }).fill('lovelace lovelace');
  await page.getByText('A piece of it is part of your address').waitFor();
  expect(await page.getByText('lovelace').count()).toBe(0);
  await page.getByRole('button', { name: 'Show password' }).click();
  await page.getByText('lovelace').waitFor();
  await page.getByRole('button', { name: 'Show password' }).click();
  await page.getByText('lovelace').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByText('too easy to guess').waitFor();
  await page.getByLabel('Password', { exact: true }).fill('short');
  await page.getByText('5\u2069 of \u206815\u2069 characters').waitFor();
  expect(await violations(page)).toEqual([]);
  await page.context().close();
});

it('forgets a password that was typed and not sent when the page is left', async () => {
  const page = await open('/');
  await page.getByLabel('Password', { exact: true }).fill('a lantern in the western fog');
  await page.getByText('Hard to guess.').waitFor();
  await page.evaluate(() =>
    dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })),
  );
  expect(await page.getByLabel('Password', { exact: true }).inputValue()).toBe('');
  await page.getByText('At least').waitFor();
  await page.context().close();
});
