import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser } from './browser.ts';
import { Demo } from './demo.ts';
import { Signer } from './signer.ts';

const folder = resolve(import.meta.dirname, '../../docs/img');
const PASSWORD = 'a lantern in the western fog';
const wide = { viewport: { width: 1280, height: 860 } };
const phone = { viewport: { width: 320, height: 720 }, deviceScaleFactor: 1.5 };

let browser: Browser;
let signer: Signer;
let demo: Demo;

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  [browser, signer] = await Promise.all([launchBrowser(), Signer.start()]);
  demo = await Demo.start(signer.uri);
  await signer.publish('articles', {
    hours: { title: 'Opening hours', text: 'from 9 to 17' },
    prices: { title: 'Prices', text: 'All as before.' },
    welcome: { title: 'Welcome', text: 'We have moved.' },
  });
});
afterAll(async () => {
  await Promise.all([browser.close(), demo.stop(), signer.stop()]);
});

async function open(options: BrowserContextOptions): Promise<Page> {
  return (await browser.newContext({ locale: 'en-US', ...options })).newPage();
}

async function take(page: Page, name: string, fullPage = false): Promise<void> {
  await page.mouse.move(0, 0);
  await page.screenshot({ path: `${folder}/${name}.png`, animations: 'disabled', fullPage });
}

async function fillIn(page: Page, address: string): Promise<void> {
  await page.locator('main input[autocomplete=username]').fill(address);
  await page.locator('main input[type=password]').fill(PASSWORD);
}

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

async function mailedLink(address: string): Promise<string> {
  const mails = async () => (await demo.mail()).filter(({ to }) => to.includes(address));
  await expect.poll(mails).toHaveLength(1);
  const link = /http\S+#token=\S+/.exec((await mails())[0]?.text ?? '');
  return link?.[0] ?? '';
}

it.each(['light', 'dark'] as const)('a whole way, %s', async (colorScheme) => {
  const page = await open({ ...wide, colorScheme });
  const address = `ada.${colorScheme}@example.org`;
  await page.goto(demo.origin);
  await fillIn(page, address);
  await page.locator('[part~=title]').click();
  await take(page, `sign-up-${colorScheme}`);
  await press(page, 'Create account');
  await page.getByText('Check your mail').waitFor();
  await take(page, `check-your-mail-${colorScheme}`);

  const link = await mailedLink(address);
  await page.goto(`${demo.mailbox}?paused`);
  await take(page, `mailbox-${colorScheme}`);

  await page.goto(link);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await take(page, `confirm-${colorScheme}`);
  await press(page, 'Confirm');
  await page.getByText('is yours').waitFor();
  await take(page, `confirmed-${colorScheme}`);

  await page.goto(`${demo.origin}/app/account`);
  await fillIn(page, address);
  await press(page, 'Sign in');
  await page.getByText('Key fingerprint').waitFor();
  await take(page, `account-${colorScheme}`);
  await press(page, 'Sign a request');
  await press(page, 'Sign');
  await page.getByText('What it says').waitFor();
  await take(page, `signed-request-${colorScheme}`);

  await page.goto(`${demo.origin}/app/what-left-your-browser`);
  await fillIn(page, `proof.${colorScheme}@example.org`);
  await press(page, 'Create account');
  await page.getByText('No secret left this browser').waitFor();
  await page.evaluate(() => scrollTo(0, 0));
  await take(page, `what-left-${colorScheme}`);

  await page.goto(`${demo.origin}/app/embed`);
  await page.locator('main input').first().waitFor();
  await take(page, `embed-${colorScheme}`);

  await page.goto(`${demo.origin}/app/collection#${articles()}`);
  await page.getByText('Genuine', { exact: true }).waitFor();
  await take(page, `collection-${colorScheme}`);
  await page.context().close();
});

/** What the page looks at, as its fragment. */
function articles(): URLSearchParams {
  return new URLSearchParams({
    server: signer.uri,
    bucket: 'main',
    collection: 'articles',
    key: signer.publicKey(),
  });
}

it('a changed byte, on a narrow phone', async () => {
  const page = await open({ ...phone, colorScheme: 'dark' });
  await page.goto(`${demo.origin}/app/collection#${articles()}`);
  await press(page, 'Change one byte and check again');
  await page.locator('mark').waitFor();
  await take(page, 'phone-collection-dark', true);
  await page.context().close();
});

it.each([
  ['en-US', 'light'],
  ['ar', 'dark'],
] as const)('a narrow phone, %s', async (locale, colorScheme) => {
  const page = await open({ ...phone, locale, colorScheme });
  await page.goto(demo.origin);
  await fillIn(page, 'ada@example.org');
  await page.locator('main h1').click();
  await take(page, `phone-${locale.slice(0, 2)}-${colorScheme}`, true);
  await page.context().close();
});
