// better-auth on PostgreSQL (the URI is the argument): one session, and how to ask for it.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { toNodeHandler } from 'better-auth/node';
import pg from 'pg';
import { describe } from './describe.mjs';

const server = createServer();
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${server.address().port}`;

const options = {
  baseURL: url,
  secret: '0123456789abcdef0123456789abcdef',
  database: new pg.Pool({ connectionString: process.argv[2], max: 16 }),
  emailAndPassword: { enabled: true },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
};
await (await getMigrations(options)).runMigrations();
server.on('request', toNodeHandler(betterAuth(options)));

const signedUp = await fetch(`${url}/api/auth/sign-up/email`, {
  method: 'POST',
  headers: { 'Content-Type': 'application/json', Origin: url },
  body: JSON.stringify({ name: 'Ada', email: 'ada@example.org', password: 'correct horse battery' }),
});
const cookie = signedUp.headers.getSetCookie().map((line) => line.split(';')[0]).join('; ');
await describe({ url, method: 'GET', path: '/api/auth/get-session', headers: { Cookie: cookie } });
