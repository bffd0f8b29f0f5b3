import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toBase64 } from '../src/sdk/encoding.ts';
import { launchBrowser } from './browser.ts';
import { Service } from './service.ts';
import { Signer } from './signer.ts';

const RECORDS = {
  hours: { title: 'Öffnungszeiten 😀', text: 'from 9 to 17' },
  prices: { '\ufb33': 'before', '\u{1f600}': 'after', list: [1, -1, 9007199254740991, null, true] },
};

let browser: Browser;
let signer: Signer;
let service: Service;

beforeAll(async () => {
  [browser, signer] = await Promise.all([launchBrowser(), Signer.start()]);
  service = await Service.start({ NOTARY_SIGNER_URI: signer.uri });
  await signer.publish('articles', RECORDS);
  await signer.publish('empty', {});
});
afterAll(async () => {
  await Promise.all([browser.close(), signer.stop(), service.stop()]);
});

/** The page on the identity service, looking at a collection of the signing service. */
async function look(collection: string, key = '', meddle?: (page: Page) => Promise<unknown>) {
  const page = await (await browser.newContext({ locale: 'en-US' })).newPage();
  await meddle?.(page);
  await page.goto(`${service.origin}/app/collection`);
  // Discovery has named the service.
  await expect.poll(() => page.getByLabel('Signing service').inputValue()).toBe(signer.uri);
  await page.getByLabel('Bucket').fill('main');
  await page.getByLabel('Collection', { exact: true }).fill(collection);
  await page.getByLabel('Public key you trust').fill(key);
  await page.getByRole('button', { name: 'Pull and verify' }).click();
  await page.locator('#outcome .verdict').waitFor();
  return page;
}

describe('a collection of the signing service', () => {
  it('is genuine, by the key that the service names and by the one that was handed over', async () => {
    const page = await look('articles');
    await page.getByText('Genuine', { exact: true }).waitFor();
    await page.getByText('All records (\u20682\u2069)').waitFor();
    await page.context().close();
    const trusting = await look('articles', signer.publicKey());
    await trusting.getByText('Signed with the key you trust').waitFor();
    await trusting.context().close();
  });

  it('is genuine without a single record, too', async () => {
    const page = await look('empty', signer.publicKey());
    await page.getByText('Genuine', { exact: true }).waitFor();
    await page.context().close();
  });

  it('is refused when somebody in between changes a byte', async () => {
    const page = await look('articles', signer.publicKey(), (page) =>
      page.route(`${signer.uri}/**/records?**`, async (route) => {
        const response = await route.fetch();
        const body = (await response.text()).replace('from 9', 'from 8');
        await route.fulfill({ response, body });
      }),
    );
    await page.getByText('are not what was signed').waitFor();
    await page.getByText('from 8 to 17').waitFor();
    await page.context().close();
  });

  it('fits on a narrow phone, whatever it is found to be', async () => {
    const page = await look('articles', signer.publicKey(), (page) =>
      page.setViewportSize({ width: 320, height: 640 }),
    );
    const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(await overflow()).toBeLessThanOrEqual(0);
    await page.getByRole('button', { name: 'Change one byte' }).click();
    await page.locator('mark').waitFor();
    expect(await overflow()).toBeLessThanOrEqual(0);
    await page.context().close();
  });

  it('is refused by another key than that of the service', async () => {
    const algorithm = { name: 'ECDSA', namedCurve: 'P-384' };
    const other = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
    const spki = await crypto.subtle.exportKey('spki', other.publicKey);
    const page = await look('articles', toBase64(new Uint8Array(spki)));
    await page.getByText('signed, but not with the key you trust').waitFor();
    await page.context().close();
  });
});

it('may be called by its own page alone', async () => {
  const origin = new URL(signer.uri).origin;
  const policy = async (path: string) =>
    (await fetch(service.origin + path)).headers.get('Content-Security-Policy')?.split('; ');
  expect(await policy('/app/collection')).toContain(`connect-src 'self' ${origin}`);
  for (const path of ['/', '/confirm', '/app/account', '/app/embed']) {
    expect(await policy(path)).toContain("connect-src 'self'");
  }
});
