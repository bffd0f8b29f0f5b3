/**
 * JSON read without losing anything: JavaScript's own numbers forget whether a text said 1 or 1.0,
 * and round integers above 2^53, so numbers stay the text they were.
 */
export class JsonNumber {
  /** as it stood in the document */
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Json = null | boolean | string | JsonNumber | Json[] | Map<string, Json>;
export type JsonObject = Map<string, Json>;

const TOKEN =
  // JSON forbids control characters inside strings.
  /[ \t\n\r]*(?:([{}[\],:])|("(?:[^"\\\0-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null))/y;

/** Reads one JSON document; throws `SyntaxError` for anything else, members that repeat included. */
export function readJson(document: string): Json {
  const tokens = tokenise(document);
  let at = 0;
  const take = (expected?: string): string => {
    const token = tokens[at++];
    if (token === undefined || (expected !== undefined && token !== expected)) {
      throw new SyntaxError('not JSON');
    }
    return token;
  };

  function value(): Json {
    const token = take();
    switch (token[0]) {
      case '{':
        return object();
      case '[':
        return array();
      case '"':
        return JSON.parse(token) as string;
      case 't':
      case 'f':
        return token === 'true';
      case 'n':
        return null;
      default:
        if (!/^[-\d]/.test(token)) throw new SyntaxError('not JSON');
        return new JsonNumber(token);
    }
  }

  function object(): JsonObject {
    const members: JsonObject = new Map();
    if (tokens[at] === '}') {
      at++;
      return members;
    }
    for (;;) {
      const name = take();
      if (name[0] !== '"') throw new SyntaxError('not JSON');
      take(':');
      const key = JSON.parse(name) as string;
      if (members.has(key)) throw new SyntaxError('repeated member');
      members.set(key, value());
      if (take() === '}') return members;
      at--;
      take(',');
    }
  }

  function array(): Json[] {
    const items: Json[] = [];
    if (tokens[at] === ']') {
      at++;
      return items;
    }
    for (;;) {
      items.push(value());
      if (take() === ']') return items;
      at--;
      take(',');
    }
  }

  const whole = value();
  if (at !== tokens.length) throw new SyntaxError('not JSON');
  return whole;
}

function tokenise(document: string): string[] {
  const tokens: string[] = [];
  const text = document.replace(/[ \t\n\r]+$/, '');
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (!match) throw new SyntaxError('not JSON');
    tokens.push(match[1] ?? match[2] ?? match[3] ?? (match[4] as string));
  }
  return tokens;
}
