import { toBase64, toHex, utf8 } from '../sdk/encoding.ts';

/** The outcome of looking for secrets in bytes. */
export interface SearchReport {
  /** how many bytes were searched */
  readonly bytes: number;
  /** how many spellings of each secret were looked for, by the secret's name */
  readonly spellings: Readonly<Record<string, number>>;
  /** names of the secrets that were found; empty is the good answer */
  readonly found: readonly string[];
  /** in how many pieces the control was found, which is meant to be there */
  readonly controlFound: number;
}

/**
 * Looks for every spelling of every secret in every piece. `control` is something that was sent on
 * purpose: a search that misses it finds nothing because it is broken.
 */
export function search(
  secrets: ReadonlyMap<string, Uint8Array>,
  sent: readonly Uint8Array[],
  control: string,
): SearchReport {
  const texts = sent.map(latin1);
  const spellings: Record<string, number> = {};
  const found: string[] = [];
  for (const [name, secret] of secrets) {
    const forms = spellingsOf(secret);
    spellings[name] = forms.length;
    if (forms.some((form) => texts.some((text) => text.includes(form)))) found.push(name);
  }
  const controls = spellingsOf(utf8(control));
  return {
    bytes: sent.reduce((sum, piece) => sum + piece.length, 0),
    spellings,
    found,
    controlFound: texts.filter((text) => controls.some((form) => text.includes(form))).length,
  };
}

/** The forms in which bytes could hide in a request, each as Latin-1 text. */
export function spellingsOf(secret: Uint8Array): string[] {
  const raw = latin1(secret);
  const hex = toHex(secret);
  const reversed = Uint8Array.from(secret).reverse();
  const forms = [raw, latin1(reversed), hex, hex.toUpperCase(), ...base64Spellings(secret)];
  const text = new TextDecoder().decode(secret);
  if (latin1(utf8(text)) === raw) {
    const utf16 = Array.from(text, (unit) => String.fromCharCode(...littleEndian(unit))).join('');
    forms.push(
      utf16,
      encodeURIComponent(text),
      new URLSearchParams({ '': text }).toString().slice(1),
    );
    forms.push(latin1(utf8(JSON.stringify(text).slice(1, -1))), asciiJson(text));
  }
  return [...new Set(forms)];
}

/**
 * Base64 of a secret that stands at any offset of a longer text: a secret starts at one of three
 * places within a group of three bytes, and the characters it shares with its neighbours are left out.
 */
function base64Spellings(secret: Uint8Array): string[] {
  return [0, 1, 2].flatMap((before) => {
    const padded = new Uint8Array([...new Uint8Array(before), ...secret]);
    const whole = Math.floor((padded.length * 8) / 6);
    const form = toBase64(padded).slice(Math.ceil((before * 8) / 6), whole);
    return [form, form.replace(/\+/g, '-').replace(/\//g, '_')];
  });
}

/** One character per byte (`TextDecoder('latin1')` is windows-1252 and is not that). */
function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
}

function asciiJson(text: string): string {
  return JSON.stringify(text)
    .slice(1, -1)
    .replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function littleEndian(character: string): number[] {
  return Array.from({ length: character.length }, (_, i) => character.charCodeAt(i)).flatMap(
    (unit) => [unit & 0xff, unit >> 8],
  );
}
