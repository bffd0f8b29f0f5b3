/** What a browser needs to verify a signed collection: canonical JSON, and WebCrypto. */

/**
 * The dialect of canonicaljson-rs: no white space, keys by code point, and everything outside of
 * printable ASCII escaped. Of numbers integers only.
 */
export function canonicalJson(value) {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const members = Object.keys(value)
      .sort(byCodePoint)
      .map((key) => `${canonicalJson(key)}:${canonicalJson(value[key])}`);
    return `{${members.join(",")}}`;
  }
  if (typeof value !== "string") return JSON.stringify(value);
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** JavaScript's own order is that of UTF-16, which puts U+1F600 before U+FB33. */
function byCodePoint(left, right) {
  const [a, b] = [[...left], [...right]];
  for (let i = 0; i < Math.min(a.length, b.length); i += 1) {
    const difference = a[i].codePointAt(0) - b[i].codePointAt(0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Whether these records, of this list's timestamp, are what was signed. */
export async function isSigned(records, timestamp, bundle) {
  const byId = [...records].sort((a, b) => (a.id < b.id ? -1 : 1));
  const payload = canonicalJson({ data: byId, last_modified: `${timestamp}` });
  const key = await crypto.subtle.importKey(
    "spki",
    Buffer.from(bundle.public_key || process.env.CLIENTS_PUBLIC_KEY, "base64"),
    { name: "ECDSA", namedCurve: "P-384" },
    false,
    ["verify"],
  );
  return crypto.subtle.verify(
    { name: "ECDSA", hash: "SHA-384" },
    key,
    Buffer.from(bundle.signature, "base64url"),
    new TextEncoder().encode(`Content-Signature:\0${payload}`),
  );
}
