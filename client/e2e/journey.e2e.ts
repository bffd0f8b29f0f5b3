import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchBrowser } from './browser.ts';
import { linkOf } from './mailbox.ts';
import { Service } from './service.ts';

const PASSWORD = 'a lantern in the western fog';
const OTHER = 'seven otters carried my piano';

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
  address = `person${++people}@example.org`;
  context = await browser.newContext({ locale: 'en-US' });
  page = await context.newPage();
});
afterEach(() => context.close());

const addressField = () => page.getByLabel('Email address', { exact: true });
const passwordField = () => page.getByLabel('Password', { exact: true });
const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
const sees = (text: string | RegExp) => page.getByText(text).first().waitFor();

async function askForAccount(password = PASSWORD): Promise<void> {
  await page.goto(service.origin);
  await addressField().fill(address);
  await passwordField().fill(password);
  await press('Create account');
  await sees('Check your mail');
}

async function confirmWith(purpose: string, password = PASSWORD, of = address): Promise<void> {
  await page.goto(linkOf(service.origin, await service.mailbox.take(purpose, of)));
  await passwordField().fill(password);
  await press('Confirm');
}

async function signUp(): Promise<void> {
  await askForAccount();
  await confirmWith('signup');
  await sees('is yours');
}

async function signIn(password = PASSWORD, as = address): Promise<void> {
  await page.goto(`${service.origin}/app/account`);
  await addressField().fill(as);
  await passwordField().fill(password);
  await press('Sign in');
}

describe('a new account', () => {
  it('is asked for, confirmed and used', async () => {
    await signUp();
    await page.getByRole('link', { name: 'Go to your account' }).click();
    await signIn();
    await sees('Key fingerprint');
    await sees(address);
  });

  it('is confirmed on another device, by typing address and code', async () => {
    await askForAccount();
    const { token } = await service.mailbox.take('signup', address);
    await page.goto(`${service.origin}/confirm`);
    await sees('Have the mail at hand?');
    await addressField().fill(address);
    await page.getByLabel('Code from the mail').fill(` ${token} `);
    await passwordField().fill(PASSWORD);
    await press('Confirm');
    await sees('is yours');
  });

  it('takes its password again after a wrong one, and knows when it is done already', async () => {
    await askForAccount();
    const letter = await service.mailbox.take('signup', address);
    await page.goto(linkOf(service.origin, letter));
    await passwordField().fill('not what I chose before');
    await press('Confirm');
    await sees('That did not work');
    await press('Try again');
    await passwordField().fill(PASSWORD);
    await press('Confirm');
    await sees('is yours');

    await page.goto(`${service.origin}/app/account`);
    await page.goto(linkOf(service.origin, letter));
    await passwordField().fill(PASSWORD);
    await press('Confirm');
    await sees('Already confirmed');
  });

  it('takes a second link that is opened in the same tab', async () => {
    await askForAccount();
    const letter = await service.mailbox.take('signup', address);
    await page.goto(linkOf(service.origin, { ...letter, address: 'old@example.org', token: 'x' }));
    await passwordField().waitFor();
    expect(await addressField().inputValue()).toBe('old@example.org');
    await page.goto(linkOf(service.origin, letter));
    await expect.poll(() => addressField().inputValue()).toBe(address);
    expect(page.url()).toBe(`${service.origin}/confirm`);
    await passwordField().fill(PASSWORD);
    await press('Confirm');
    await sees('is yours');
  });

  it('gets its mail again, without the password', async () => {
    await askForAccount();
    await service.mailbox.take('signup', address);
    await press('Send it again');
    await sees('Sent again');
    await confirmWith('signup');
    await sees('is yours');
  });

  it('gets a new link for one that did not work', async () => {
    await askForAccount();
    await service.mailbox.take('signup', address);
    await page.goto(
      `${service.origin}/confirm#token=${'A'.repeat(43)}&address=${address}&purpose=signup`,
    );
    await passwordField().fill(PASSWORD);
    await press('Confirm');
    await sees('That did not work');
    await press('Send a new link');
    await passwordField().fill(OTHER);
    await press('Send a new link');
    await sees('Check your mail');
    await confirmWith('signup', OTHER);
    await sees('is yours');
  });
});

describe('an account', () => {
  it('refuses a wrong password and says nothing about the address', async () => {
    await signUp();
    await signIn('not the one I chose');
    const alert = page.getByRole('alert');
    await alert.getByText('do not go together').waitFor();
    const known = await alert.textContent();
    await signIn(PASSWORD, 'nobody@example.org');
    await alert.getByText('do not go together').waitFor();
    expect(await alert.textContent()).toBe(known);
  });

  it('signs a request bound to method, address and body', async () => {
    await signUp();
    await signIn();
    await press('Sign a request');
    await press('Sign');
    await sees('What it says');
    const claims = JSON.parse(
      (await page.locator('notary-account pre').first().textContent()) ?? '',
    );
    expect(claims).toMatchObject({
      sub: address,
      aud: 'https://shop.example.org',
      htm: 'POST',
      htu: 'https://shop.example.org/orders',
    });
    expect(claims.digest).toMatch(/^sha-256=:.+:$/);
    await expect
      .poll(() =>
        page
          .getByRole('button', { name: 'Sign', exact: true })
          .evaluate((node) => node.matches(':focus')),
      )
      .toBe(true);
    for (const method of ['', 'TRACE', 'PO ST']) {
      await page.getByLabel('Method').fill(method);
      await press('Sign');
      await page.getByRole('alert').getByText('Enter a method').waitFor();
      expect(await page.locator('notary-account pre').count()).toBe(0);
    }
    await page.getByLabel('Method').fill('get');
    await page.getByLabel('Address of the request').fill('https://u:p@shop.example.org/');
    await press('Sign');
    await page.getByRole('alert').getByText('Enter a full address').waitFor();
  });

  it('changes its password', async () => {
    await signUp();
    await signIn();
    await press('Change password');
    await page.getByLabel('New password', { exact: true }).fill(OTHER);
    await press('Send the link');
    await sees('Check your mail');
    await confirmWith('password', OTHER);
    await sees('is yours');
    await signIn();
    await sees('do not go together');
    await signIn(OTHER);
    await sees('Key fingerprint');
  });

  it('is recovered without the password', async () => {
    await signUp();
    await page.goto(`${service.origin}/app/account`);
    await press('Forgot the password?');
    await addressField().fill(address);
    await page.getByLabel('New password', { exact: true }).fill(OTHER);
    await press('Send the link');
    await sees('Check your mail');
    await confirmWith('password', OTHER);
    await sees('is yours');
    await signIn(OTHER);
    await sees('Key fingerprint');
  });

  it('moves to another address once both mailboxes have confirmed', async () => {
    await signUp();
    await signIn();
    await press('Change address');
    await page.getByLabel('New email address').fill(address.toUpperCase());
    await passwordField().fill(PASSWORD);
    await press('Send the link');
    await sees('This is your address already');
    const moved = `moved-${address}`;
    await page.getByLabel('New email address').fill(moved);
    await passwordField().fill(PASSWORD);
    await press('Send the link');
    await sees('Links are on their way');
    await confirmWith('address_new', PASSWORD, moved);
    await sees('One more confirmation');
    await confirmWith('address_old');
    await sees('is yours');
    await signIn(PASSWORD, moved);
    await sees('Key fingerprint');
  });

  it('is disabled at once, and nobody is told otherwise while the answer takes its time', async () => {
    address = `${'long'.repeat(15)}@${address.replace('@', '.')}`;
    await signUp();
    await signIn();
    await press('Disable account');
    await page.setViewportSize({ width: 320, height: 640 });
    const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(await overflow()).toBeLessThanOrEqual(0);
    let answer = () => {};
    const released = new Promise<void>((resolve) => (answer = resolve));
    const done = new Promise<void>((resolve) =>
      page.route('**/signature', async (route) => {
        const response = await route.fetch();
        resolve();
        await released;
        await route.fulfill({ response });
      }),
    );
    await press(`Yes, disable \u2068${address}\u2069`);
    await done;
    expect(await page.getByRole('button', { name: 'Cancel' }).count()).toBe(0);
    answer();
    await sees('has no account here any more');
    await sees('No account yet?');
    await press('Sign in');
    await passwordField().waitFor();
    await page.unroute('**/signature');
    await signIn();
    await sees('do not go together');
  });
});

describe('while it works', () => {
  it('can be cancelled, and tried again', async () => {
    await page.goto(service.origin);
    await addressField().fill(address);
    await passwordField().fill(PASSWORD);
    const held = page.waitForRequest('**/salt');
    await page.route('**/salt', () => {}, { times: 1 });
    await press('Create account');
    await held;
    await press('Cancel');
    await sees('Nothing was changed');
    await press('Create account');
    await sees('Check your mail');
  });

  it('changes its language in the middle and keeps what was typed', async () => {
    await page.goto(service.origin);
    await addressField().fill(address);
    await page.locator('#language').selectOption('ar');
    await page.getByRole('button', { name: 'إنشاء حساب' }).waitFor();
    expect(await page.locator('html').getAttribute('dir')).toBe('rtl');
    expect(await page.getByLabel('عنوان البريد الإلكتروني').inputValue()).toBe(address);
  });
});
