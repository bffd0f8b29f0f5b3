import { type Json, JsonNumber, type JsonObject } from './json.ts';

/**
 * Canonical JSON in the dialect of the `canonical_json` crate, which RFC 8785 is not: ASCII only,
 * members by code point, floats in exponent form.
 */
export function canonical(value: Json): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return text(value);
  if (value instanceof JsonNumber) return number(value.text);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const members = [...value].sort(([a], [b]) => byCodePoint(a, b));
  return `{${members.map(([name, member]) => `${text(name)}:${canonical(member)}`).join(',')}}`;
}

/** Compares as UTF-8 would: JavaScript's own order is that of UTF-16 units. */
export function byCodePoint(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  const at = left.findIndex((character, i) => character !== right[i]);
  if (at < 0) return left.length - right.length;
  return (left[at]?.codePointAt(0) ?? -1) - (right[at]?.codePointAt(0) ?? -1);
}

const SHORT: Record<string, string> = {
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
  '"': '\\"',
  '\\': '\\\\',
};

function text(value: string): string {
  if (/\p{Surrogate}/u.test(value)) throw new RangeError('lone surrogate');
  // Per UTF-16 unit, so that a character above U+FFFF becomes its pair of escapes.
  const escaped = value.replace(
    /["\\]|[^\x20-\x7e]/g,
    (unit) => SHORT[unit] ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `"${escaped}"`;
}

const MIN = -(2n ** 63n);
const MAX = 2n ** 64n - 1n;

/** Integers of 64 bits as they are, everything else as a double: `1.5E0`, `1E21`, `-0E0`. */
function number(source: string): string {
  if (/^-?\d+$/.test(source)) {
    const integer = BigInt(source);
    if (integer >= MIN && integer <= MAX) return integer.toString();
  }
  const double = Number(source);
  if (!Number.isFinite(double)) throw new RangeError('not a finite number');
  const sign = Object.is(double, -0) ? '-' : '';
  return sign + double.toExponential().replace('e+', 'E').replace('e', 'E');
}

/** What a signing service signs: the live records by id, and the timestamp of the list. */
export function signedPayload(records: readonly JsonObject[], lastModified: string): string {
  const live = records
    .filter((record) => !isTrue(record.get('deleted')))
    .sort((a, b) => byCodePoint(String(a.get('id')), String(b.get('id'))));
  return canonical(
    new Map<string, Json>([
      ['data', live],
      ['last_modified', lastModified],
    ]),
  );
}

/** Truth as the service sees it. */
function isTrue(value: Json | undefined): boolean {
  if (value instanceof JsonNumber) return Number(value.text) !== 0;
  if (Array.isArray(value)) return value.length > 0;
  if (value instanceof Map) return value.size > 0;
  return Boolean(value);
}
