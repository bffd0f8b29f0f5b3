// Tries the request that the bench is to send, and tells the bench about it on one line.
export async function describe({ url, method, path, headers, body = '' }) {
  const answer = await fetch(url + path, { method, headers, body: body || undefined });
  const text = await answer.text();
  if (answer.status !== 200 || !/"active":true|ada@example.org/.test(text)) {
    throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  }
  console.log(JSON.stringify({ url, method, path, headers, body }));
}
