import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from './browser.ts';
import { linkOf } from './mailbox.ts';
import { Service } from './service.ts';
import { type Site, serveSite } from './static-site.ts';

const PASSWORD = 'a lantern in the western fog';
const ELEMENTS: Record<string, string> = {
  '/join': 'signup',
  '/confirm': 'confirm',
  '/account': 'account',
};

let browser: Browser;
let service: Service;
let shop: Site;

/** Another team's pages, as the README tells them to write these, under the policy it names. */
beforeAll(async () => {
  const pages: Record<string, string> = {};
  let policy = '';
  shop = await serveSite(() => policy, pages);
  const allowed = `https://other.example,${shop.origin}`;
  [browser, service] = await Promise.all([
    launchBrowser(),
    Service.start({ NOTARY_ALLOWED_ORIGINS: allowed }),
  ]);
  const { origin } = service;
  policy = `default-src 'none'; script-src ${origin} 'wasm-unsafe-eval'; worker-src blob: ${origin}; connect-src ${origin}`;
  for (const [path, element] of Object.entries(ELEMENTS)) {
    pages[path] = `<!doctype html><html lang="en"><title>Shop</title>
      <notary-${element} base="${origin}"></notary-${element}>
      <script type="module" src="${origin}/assets/notary.js"></script>`;
  }
});
afterAll(async () => {
  await Promise.all([browser.close(), service.stop(), shop.close()]);
});

async function watched(): Promise<{ page: Page; complaints: string[] }> {
  const page = await (await browser.newContext({ locale: 'en-US' })).newPage();
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  return { page, complaints };
}

async function fillIn(page: Page, address: string, button: string): Promise<void> {
  await page.getByLabel('Email address', { exact: true }).fill(address);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: button, exact: true }).click();
}

describe('a page of an allowed origin', () => {
  it('signs up, confirms and signs in, under a strict policy of its own', async () => {
    const { page, complaints } = await watched();
    // What the service's own pages have put into the cache serves the other origin too.
    await page.goto(service.origin);
    await page.locator('main input').first().waitFor();

    await page.goto(`${shop.origin}/join`);
    await fillIn(page, 'buyer@example.org', 'Create account');
    await page.getByText('Check your mail').waitFor();
    const letter = await service.mailbox.take('signup', 'buyer@example.org');
    await page.goto(linkOf(shop.origin, letter));
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Confirm', exact: true }).click();
    await page.getByText('is yours').waitFor();
    expect(page.url()).toBe(`${shop.origin}/confirm`);
    await page.goto(`${shop.origin}/account`);
    await fillIn(page, 'buyer@example.org', 'Sign in');
    await page.getByText('Key fingerprint').waitFor();
    // PATCH and then DELETE, which only a preflight allows.
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByLabel('New password', { exact: true }).fill('seven otters carried my piano');
    await page.getByRole('button', { name: 'Send the link' }).click();
    await page.getByText('Check your mail').waitFor();
    await page.getByRole('button', { name: 'Back' }).click();
    await page.getByRole('button', { name: 'Disable account' }).click();
    await page.getByRole('button', { name: 'Yes, disable' }).click();
    await page.getByText('has no account here any more').waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});

describe('a page of any other origin', () => {
  it('loads the elements, and may do nothing with them', async () => {
    const stranger = await serveSite(() => '', {
      '/join': `<!doctype html><notary-signup base="${service.origin}"></notary-signup>
        <script type="module" src="/assets/notary.js"></script>`,
    });
    const { page } = await watched();
    await page.goto(`${stranger.origin}/join`);
    await fillIn(page, 'eve@example.org', 'Create account');
    await page.getByRole('alert').filter({ hasText: /./ }).waitFor();
    expect(service.mailbox.letters.map(({ address }) => address)).not.toContain('eve@example.org');
    await page.context().close();
    await stranger.close();
  });
});
