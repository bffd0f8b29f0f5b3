import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser } from './browser.ts';
import { Service } from './service.ts';

let browser: Browser;
let service: Service;

beforeAll(async () => {
  [browser, service] = await Promise.all([launchBrowser(), Service.start()]);
});
afterAll(async () => {
  await Promise.all([browser.close(), service.stop()]);
});

/** The longest task of the main thread, from before the page's first script. */
async function observed(): Promise<{ page: Page; longest: () => Promise<number> }> {
  const page = await (await browser.newContext({ locale: 'en-US' })).newPage();
  await page.addInitScript(() => {
    const tasks: number[] = [];
    Object.assign(window, { tasks });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) tasks.push(duration);
    }).observe({ type: 'longtask', buffered: true });
  });
  const longest = () =>
    page.evaluate(() => Math.max(0, ...(window as unknown as { tasks: number[] }).tasks));
  return { page, longest };
}

const processorTime = async (page: Page) => {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1000;
  };
};

async function fillIn(page: Page, address: string): Promise<void> {
  await page.getByLabel('Email address').fill(address);
  await page.getByLabel('Password', { exact: true }).fill('a lantern in the western fog');
}

it('the first page costs less than 200 ms of the main thread until it can be used', async () => {
  const { page } = await observed();
  const spent = await processorTime(page);
  await page.goto(service.origin);
  await page.getByLabel('Email address').waitFor();
  const ms = await spent();
  expect(ms).toBeGreaterThan(1);
  expect(ms).toBeLessThan(200);
  await page.context().close();
});

it('deriving a key never holds the main thread for more than 50 ms', async () => {
  const { page, longest } = await observed();
  await page.goto(service.origin);
  await fillIn(page, 'smooth@example.org');
  await page.evaluate(() => {
    (window as unknown as { tasks: number[] }).tasks.length = 0;
  });
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByText('Check your mail').waitFor();
  expect(await longest()).toBeLessThanOrEqual(50);
  await page.context().close();
});

it('a derivation that is cancelled ends at once, with its worker', async () => {
  const { page } = await observed();
  await page.goto(service.origin);
  await fillIn(page, 'fickle@example.org');
  const answered = page.waitForResponse('**/salt');
  const worker = page.waitForEvent('worker');
  const sent: string[] = [];
  page.on('request', (request) => sent.push(new URL(request.url()).pathname));
  await page.getByRole('button', { name: 'Create account' }).click();
  const closed = (await worker).waitForEvent('close');
  await answered;
  await page.getByRole('button', { name: 'Cancel' }).click();
  await closed;
  await page.getByText('Nothing was changed').waitFor();
  expect(sent).not.toContain('/signup');
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByText('Check your mail').waitFor();
  await page.context().close();
});
