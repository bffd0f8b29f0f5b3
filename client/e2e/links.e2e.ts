import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { launchBrowser } from './browser.ts';
import { type Letter, linkOf } from './mailbox.ts';
import { Service } from './service.ts';

const PASSWORD = 'a lantern in the western fog';

let browser: Browser;
let service: Service;
let context: BrowserContext;
let page: Page;
let people = 0;
let address: string;

beforeAll(async () => {
  [browser, service] = await Promise.all([launchBrowser(), Service.start()]);
});
afterAll(async () => {
  await Promise.all([browser.close(), service.stop()]);
});
beforeEach(async () => {
  address = `reader${++people}@example.org`;
  context = await browser.newContext({ locale: 'en-US' });
  page = await context.newPage();
});
afterEach(() => context.close());

const addressField = () => page.getByLabel('Email address', { exact: true });
const codeField = () => page.getByLabel('Code from the mail');
const passwordField = () => page.getByLabel('Password', { exact: true });
const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
const sees = (text: string | RegExp) => page.getByText(text).first().waitFor();

async function askForAccount(): Promise<Letter> {
  await page.goto(service.origin);
  await addressField().fill(address);
  await passwordField().fill(PASSWORD);
  await press('Create account');
  return service.mailbox.take('signup', address);
}

async function confirm(password = PASSWORD): Promise<void> {
  await passwordField().fill(password);
  await press('Confirm');
}

it('a link outlives the skip link of its page', async () => {
  await page.goto(linkOf(service.origin, await askForAccount()));
  await passwordField().waitFor();
  await page.keyboard.press('Tab');
  await page.getByRole('link', { name: 'Skip to the content' }).press('Enter');
  await page.waitForURL('**/confirm#main');
  expect(await addressField().inputValue()).toBe(address);
  expect(await codeField().count()).toBe(0);
  await confirm();
  await sees('is yours');
});

it('a mistyped address can be corrected, and the code stays', async () => {
  const { token } = await askForAccount();
  await page.goto(`${service.origin}/confirm`);
  await addressField().fill(`x${address}`);
  await codeField().fill(token);
  await confirm();
  await sees('That did not work');
  await press('Send a new link');
  expect(await addressField().isEditable()).toBe(true);
  await press('Back');
  expect(await addressField().inputValue()).toBe(`x${address}`);
  expect(await codeField().inputValue()).toBe(token);
  await addressField().fill(address);
  await confirm();
  await sees('is yours');
});

it('a fresh link is not said to have run out', async () => {
  await page.goto(linkOf(service.origin, await askForAccount()));
  await confirm('not what I chose before');
  await sees('That did not work');
  await press('Send a new link');
  await page.getByRole('heading', { name: 'A new link' }).waitFor();
  expect(await page.getByText('has run out').count()).toBe(0);
});

it('the half of a move that was confirmed before points to the other one', async () => {
  await page.goto(linkOf(service.origin, await askForAccount()));
  await confirm();
  await page.getByRole('link', { name: 'Go to your account' }).click();
  await addressField().fill(address);
  await passwordField().fill(PASSWORD);
  await press('Sign in');
  await press('Change address');
  await page.getByLabel('New email address').fill(`moved-${address}`);
  await passwordField().fill(PASSWORD);
  await press('Send the link');
  const letter = await service.mailbox.take('address_new', `moved-${address}`);
  await page.goto(linkOf(service.origin, letter));
  await confirm();
  await sees('One more confirmation');
  await page.goto(linkOf(service.origin, letter));
  await confirm();
  await sees('open the link in the other mailbox');
});

it('a link that is opened while another is being confirmed keeps its form', async () => {
  const letter = await askForAccount();
  await page.goto(linkOf(service.origin, letter));
  let answer = () => {};
  const released = new Promise<void>((resolve) => (answer = resolve));
  const confirmed = new Promise<void>((resolve) =>
    page.route('**/confirm', async (route) => {
      if (route.request().method() !== 'POST') return route.continue();
      const response = await route.fetch();
      resolve();
      await released;
      // Nobody waits for it any more.
      await route.fulfill({ response }).catch(() => {});
    }),
  );
  await confirm();
  await confirmed;
  await page.goto(linkOf(service.origin, { ...letter, address: 'next@example.org', token: 'x' }));
  await expect.poll(() => addressField().inputValue()).toBe('next@example.org');
  await passwordField().fill('half of it');
  answer();
  await page.waitForLoadState('networkidle');
  expect(await passwordField().inputValue()).toBe('half of it');
});
