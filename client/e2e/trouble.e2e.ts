import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser } from './browser.ts';
import { Demo } from './demo.ts';
import { type Letter, linkOf } from './mailbox.ts';
import { Service } from './service.ts';

const PASSWORD = 'a lantern in the western fog';

let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

async function open(url: string): Promise<Page> {
  const page = await (await browser.newContext({ locale: 'en-US' })).newPage();
  await page.goto(url);
  return page;
}

async function fillIn(page: Page, address: string, button: string): Promise<void> {
  await page.getByLabel('Email address', { exact: true }).fill(address);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: button, exact: true }).click();
}

async function confirm(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Confirm', exact: true }).click();
}

async function asked(service: Service, page: Page, address: string): Promise<Letter> {
  await fillIn(page, address, 'Create account');
  return service.mailbox.take('signup', address);
}

it('the link of a mail that came by SMTP confirms', async () => {
  const demo = await Demo.start();
  const address = 'postal@example.org';
  const page = await open(demo.origin);
  await fillIn(page, address, 'Create account');
  const letter = async () => (await demo.mail()).find(({ to }) => to.includes(address));
  await expect.poll(letter, { timeout: 10_000 }).toBeDefined();
  const link = /^http\S+#token=\S+$/m.exec((await letter())?.text ?? '')?.[0] ?? '';
  await confirm(page, link);
  await page.getByText('is yours').waitFor();
  await page.context().close();
  await demo.stop();
});

it('a link that has run out says so, and the next one works', async () => {
  const service = await Service.start({ NOTARY_CONFIRMATION_TTL: '4s' });
  const address = 'late@example.org';
  const page = await open(service.origin);
  const letter = await asked(service, page, address);
  await page.goto(linkOf(service.origin, letter));
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.evaluate(() => new Promise((passed) => setTimeout(passed, 4_500)));
  await page.getByRole('button', { name: 'Confirm', exact: true }).click();
  await page.getByText('This link has run out').waitFor();
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Send a new link' }).click();
  await confirm(page, linkOf(service.origin, await service.mailbox.take('signup', address)));
  await page.getByText('is yours').waitFor();
  await page.context().close();
  await service.stop();
});

it('the limit of calls is counted down, and then all is well', async () => {
  const service = await Service.start({ NOTARY_MAX_CALLS_PER_SECOND: '1' });
  const page = await open(service.origin);
  // Takes the only call of this second away from the page.
  await page.route('**/salt', async (route) => {
    await fetch(`${service.origin}/salt`, { method: 'POST' });
    await route.continue();
  });
  await fillIn(page, 'hasty@example.org', 'Create account');
  await page.getByText('That was too fast.').waitFor();
  const button = page.getByRole('button', { name: 'Create account' });
  expect(await button.isDisabled()).toBe(true);
  await page.getByRole('timer').filter({ hasText: 'Try again in' }).waitFor();
  await page.unroute('**/salt');
  await page.getByText('That was too fast.').waitFor({ state: 'hidden' });
  expect(await button.isEnabled()).toBe(true);
  await page.context().close();
  await service.stop();
});

it('a service without its database says so, and works again when it is back', async () => {
  const service = await Service.start();
  const page = await open(service.origin);
  await page.getByLabel('Email address').waitFor();
  await service.database.pause();
  await fillIn(page, 'patient@example.org', 'Create account');
  await page.getByText('The service is away for a moment.').waitFor();
  await service.database.resume();
  const button = page.getByRole('button', { name: 'Create account' });
  await expect.poll(() => button.isEnabled(), { timeout: 30_000 }).toBe(true);
  await button.click();
  await page.getByText('Check your mail').waitFor();
  await page.context().close();
  await service.stop();
});

it('an account from before the OPRF goes on, and is told to choose its password anew', async () => {
  const service = await Service.start({ NOTARY_OPRF: 'off' });
  const address = 'veteran@example.org';
  const page = await open(service.origin);
  await confirm(page, linkOf(service.origin, await asked(service, page, address)));
  await page.getByText('is yours').waitFor();
  await service.restart({ NOTARY_OPRF: 'on' });
  await page.goto(`${service.origin}/app/account`);
  await fillIn(page, address, 'Sign in');
  await page.getByText('Key fingerprint').waitFor();
  await page.locator('[part=notice]').waitFor();
  await page.context().close();
  await service.stop();
});
