import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signedPayload } from '../src/collection/canonical.ts';
import { type JsonObject, readJson } from '../src/collection/json.ts';
import { toBase64, toBase64Url, utf8 } from '../src/sdk/encoding.ts';
import { launchBrowser } from './browser.ts';
import { Service } from './service.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' };
const TIMESTAMP = '1795000000123';
/** As text, because the point is what JavaScript's own numbers would lose. */
const RECORDS =
  '{"data":[{"id":"b-2","last_modified":1795000000123,"price":1.0,"big":18446744073709551615},' +
  '{"id":"a-1","last_modified":1795000000100,"title":"Schlüssel 😀"}]}';

let browser: Browser;
let service: Service;
let pair: CryptoKeyPair;
let publicKey: string;
let signature: string;

beforeAll(async () => {
  [browser, service] = await Promise.all([launchBrowser(), Service.start()]);
  pair = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  publicKey = await spki(pair.publicKey);
  const records = (readJson(RECORDS) as JsonObject).get('data') as JsonObject[];
  const message = utf8(`Content-Signature:\0${signedPayload(records, TIMESTAMP)}`);
  const raw = await crypto.subtle.sign(ALGORITHM, pair.privateKey, message);
  signature = toBase64Url(new Uint8Array(raw));
});
afterAll(async () => {
  await Promise.all([browser.close(), service.stop()]);
});

async function spki(key: CryptoKey): Promise<string> {
  return toBase64(new Uint8Array(await crypto.subtle.exportKey('spki', key)));
}

/** The page, looking at a signing service whose answers these are. */
async function look(records: string, stored: object | undefined, key = ''): Promise<Page> {
  const page = await (await browser.newContext({ locale: 'en-US' })).newPage();
  await page.route('**/v1/**', (route) => {
    const { pathname } = new URL(route.request().url());
    const isList = pathname.endsWith('/records');
    const metadata = { id: 'certs', last_modified: 1, ...(stored && { signature: stored }) };
    return route.fulfill({
      headers: { ETag: `"${TIMESTAMP}"`, 'Content-Type': 'application/json', 'Total-Records': '2' },
      body: isList ? records : JSON.stringify({ data: metadata, permissions: {} }),
    });
  });
  const fragment = new URLSearchParams({
    server: service.origin,
    bucket: 'main',
    collection: 'certs',
    key,
  });
  await page.goto(`${service.origin}/app/collection#${fragment}`);
  await page.locator('#outcome .verdict').waitFor();
  return page;
}

/** What kinto.js has kept of the collection on the device. */
function keptRecords(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const request = indexedDB.open('KintoDB');
    const db = await new Promise<IDBDatabase>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const count = db.transaction('records').objectStore('records').count();
    return new Promise<number>((resolve) => {
      count.onsuccess = () => resolve(count.result);
    });
  });
}

describe('a signed collection', () => {
  it('is recognised as genuine, down to the numbers, and kept', async () => {
    const page = await look(RECORDS, { signature, public_key: publicKey });
    await page.getByText('Genuine', { exact: true }).waitFor();
    await page.getByText('came from the same service').waitFor();
    expect(await keptRecords(page)).toBe(2);
    await page.getByRole('button', { name: 'Change one byte' }).click();
    await page.getByText('Not genuine', { exact: true }).waitFor();
    // 1.0 is 1E0 in canonical form, of which the last digit has changed.
    const changed = page.locator('pre', { has: page.locator('mark') });
    expect(await changed.textContent()).toBe(
      '{"big":18446744073709551615,"id":"b-2","last_modified":1795000000123,"price":1E1}',
    );
    expect(await changed.locator('mark').textContent()).toBe('1');
    await page.context().close();
  });

  it.each([
    ['a changed value', RECORDS.replace('Schlüssel', 'Schlussel')],
    ['another spelling of a number', RECORDS.replace('1.0', '1')],
    ['a rounded integer', RECORDS.replace('551615', '551614')],
    ['a record left out', RECORDS.replace(/,\{"id":"a-1".*\}(?=\])/, '')],
  ])('is refused for %s, and nothing of it is kept', async (_, records) => {
    const page = await look(records, { signature, public_key: publicKey });
    await page.getByText('Not genuine', { exact: true }).waitFor();
    expect(await keptRecords(page)).toBe(0);
    await page.context().close();
  });

  it('is held against the key one trusts', async () => {
    const trusted = await look(RECORDS, { signature }, publicKey);
    await trusted.getByText('Signed with the key you trust').waitFor();
    await trusted.getByText('Genuine', { exact: true }).waitFor();
    await trusted.context().close();

    const stranger = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
    const other = await look(
      RECORDS,
      { signature, public_key: publicKey },
      await spki(stranger.publicKey),
    );
    await other.getByText('Not genuine', { exact: true }).waitFor();
    await other.getByText('signed, but not with the key you trust').waitFor();
    await other.context().close();

    const forged = await look(RECORDS.replace('big', 'bag'), { signature }, publicKey);
    await forged.getByText('are not what was signed').waitFor();
    expect(await forged.getByText('Signed with the key you trust').count()).toBe(0);
    await forged.context().close();
  });

  it.each([
    ['no signature', undefined, '', 'has no signature'],
    ['no public key', { signature: 'x' }, '', 'names no public key'],
    ['a key that is none', { signature: 'x' }, 'nonsense', 'not a P-384 public key'],
  ])('says so when there is %s', async (_, stored, key, words) => {
    const page = await look(RECORDS, stored, key);
    await page.getByText(words).waitFor();
    await page.context().close();
  });
});
