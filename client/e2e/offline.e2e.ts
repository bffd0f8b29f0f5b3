import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser } from './browser.ts';
import { linkOf } from './mailbox.ts';
import { Service } from './service.ts';

const PASSWORD = 'a lantern in the western fog';
const UNREACHABLE = 'The service cannot be reached.';

let browser: Browser;
let service: Service;

beforeAll(async () => {
  [browser, service] = await Promise.all([launchBrowser(), Service.start()]);
});
afterAll(async () => {
  await Promise.all([browser.close(), service.stop()]);
});

async function open(path: string): Promise<Page> {
  const page = await (await browser.newContext({ locale: 'en-US' })).newPage();
  await page.goto(service.origin + path);
  return page;
}

async function fillIn(page: Page, address: string): Promise<void> {
  await page.getByLabel('Email address', { exact: true }).fill(address);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
}

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

/** What the form does without a connection, and then with one. */
async function triedTwice(page: Page, button: string): Promise<void> {
  await page.context().setOffline(true);
  await press(page, button);
  await page.getByText(UNREACHABLE).waitFor();
  await page.context().setOffline(false);
  await press(page, button);
}

it('signing in and confirming work again once the connection is back', async () => {
  const address = 'tunnel@example.org';
  let page = await open('/');
  await fillIn(page, address);
  await press(page, 'Create account');
  const letter = await service.mailbox.take('signup', address);
  await page.goto(linkOf(service.origin, letter));
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await triedTwice(page, 'Confirm');
  await page.getByText('is yours').waitFor();
  await page.context().close();

  page = await open('/app/account');
  await fillIn(page, address);
  await triedTwice(page, 'Sign in');
  await page.getByText('Key fingerprint').waitFor();
  await page.context().close();
});

it('signing up does, when the connection went before a password was typed', async () => {
  const page = await open('/');
  await page.getByText('At least').waitFor();
  await page.context().setOffline(true);
  await fillIn(page, 'early@example.org');
  await triedTwice(page, 'Create account');
  await page.getByText('Check your mail').waitFor();
  await page.context().close();
});

it('signing up does, when the connection went after it', async () => {
  const page = await open('/');
  await fillIn(page, 'late@example.org');
  await page.getByText('Hard to guess.').waitFor();
  await triedTwice(page, 'Create account');
  await page.getByText('Check your mail').waitFor();
  await page.context().close();
});

it('an element whose script does not arrive says so in the language of the page', async () => {
  const page = await (await browser.newContext({ locale: 'de-DE' })).newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.route(/account-flow|\/de-/, (route) => route.abort());
  await page.goto(`${service.origin}/app/account`);
  const card = page.locator('notary-account');
  await card.getByRole('alert').getByText('Der Dienst ist nicht erreichbar.').waitFor();
  expect(errors.filter((error) => error.includes('account-flow'))).toEqual([]);
  await page.unroute(/account-flow|\/de-/);
  await card.getByRole('button', { name: 'Noch einmal versuchen' }).click();
  await page.getByLabel('E-Mail-Adresse').waitFor();
  expect(await card.evaluate((node) => node.matches(':focus-within'))).toBe(true);
  await page.context().close();
});

it('waiting for a slow service can be cancelled', async () => {
  const page = await (await browser.newContext({ locale: 'en-US' })).newPage();
  await page.route('**/.well-known/notary', () => {}, { times: 1 });
  await page.goto(service.origin);
  await fillIn(page, 'slow@example.org');
  await press(page, 'Create account');
  await page.getByRole('progressbar').waitFor();
  await press(page, 'Cancel');
  await page.getByText('Nothing was changed').waitFor();
  await page.context().close();
});
