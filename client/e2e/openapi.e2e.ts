import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import openapiTypescript, { astToString, type OpenAPI3 } from 'openapi-typescript';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Service } from './service.ts';

const file = resolve(import.meta.dirname, '../src/sdk/api.d.ts');
let service: Service;

beforeAll(async () => {
  service = await Service.start();
});
afterAll(() => service.stop());

/** `UPDATE_API=1 npm run e2e -- openapi` writes the file; `src/sdk/wire.ts` is checked against it by tsc. */
it('describes itself as the types in api.d.ts say', async () => {
  const document: OpenAPI3 = await (await fetch(`${service.origin}/openapi.json`)).json();
  const types = astToString(await openapiTypescript(document));
  if (process.env.UPDATE_API) writeFileSync(file, types);
  expect(readFileSync(file, 'utf8')).toBe(types);
});
