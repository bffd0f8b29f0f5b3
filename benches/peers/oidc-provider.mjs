// oidc-provider with everything in memory: one opaque token, and how to introspect it.
import { once } from 'node:events';
import { Provider } from 'oidc-provider';
import { describe } from './describe.mjs';

const client = {
  client_id: 'bench',
  client_secret: 'bench-secret',
  grant_types: ['client_credentials'],
  redirect_uris: [],
  response_types: [],
};
const enabled = { enabled: true };
const provider = new Provider('http://127.0.0.1', {
  clients: [client],
  features: { clientCredentials: enabled, introspection: enabled },
});
const server = provider.listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${server.address().port}`;

const credentials = Buffer.from(`${client.client_id}:${client.client_secret}`).toString('base64');
const headers = {
  Authorization: `Basic ${credentials}`,
  'Content-Type': 'application/x-www-form-urlencoded',
};
const granted = await fetch(`${url}/token`, {
  method: 'POST',
  headers,
  body: 'grant_type=client_credentials',
});
const { access_token: token } = await granted.json();
await describe({ url, method: 'POST', path: '/token/introspection', headers, body: `token=${token}` });
