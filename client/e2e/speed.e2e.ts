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

async function open(): Promise<Page> {
  return (await browser.newContext({ locale: 'en-US' })).newPage();
}

/** Of the main thread, in ms. Not the clock's time: other programs may hold the processor. */
const processorTime = async (page: Page) => {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1000;
  };
};

/** How long each task of a page's main thread held the processor, in ms. */
function tasksOfMainThread(trace: Buffer): number[] {
  interface Event {
    name: string;
    pid: number;
    tid: number;
    tdur?: number;
    args: { name?: string };
  }
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: Event[] };
  const threads = traceEvents.filter(
    ({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain',
  );
  const isOfPage = (event: Event) =>
    threads.some(({ pid, tid }) => pid === event.pid && tid === event.tid);
  return traceEvents
    .filter((event) => event.name === 'ThreadControllerImpl::RunTask' && isOfPage(event))
    .flatMap(({ tdur }) => (tdur === undefined ? [] : [tdur / 1000]));
}

async function fillIn(page: Page, address: string): Promise<void> {
  await page.getByLabel('Email address').fill(address);
  await page.getByLabel('Password', { exact: true }).fill('a lantern in the western fog');
}

it('the first page costs less than 200 ms of the main thread until it can be used', async () => {
  const page = await open();
  const spent = await processorTime(page);
  await page.goto(service.origin);
  await page.getByLabel('Email address').waitFor();
  const ms = await spent();
  expect(ms).toBeGreaterThan(1);
  expect(ms).toBeLessThan(200);
  await page.context().close();
});

it('deriving a key never holds the main thread for 50 ms', async () => {
  const page = await open();
  await page.goto(service.origin);
  await fillIn(page, 'smooth@example.org');
  const answered = page.waitForResponse('**/salt');
  const sent = page.waitForRequest('**/signup');
  await page.getByRole('button', { name: 'Create account' }).click();
  await answered;
  await browser.startTracing(page, { categories: ['toplevel', '__metadata'] });
  await sent;
  const tasks = tasksOfMainThread(await browser.stopTracing());
  expect(tasks.length).toBeGreaterThan(3);
  expect(Math.max(...tasks)).toBeLessThan(50);
  const stored = await page.evaluate(() => localStorage.getItem('notary.durations') ?? '{}');
  expect(Math.min(...(Object.values(JSON.parse(stored)) as number[]))).toBeGreaterThan(150);
  await page.context().close();
});

it('a derivation that is cancelled ends at once, with its worker', async () => {
  const page = await open();
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
