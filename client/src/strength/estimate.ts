import { passwordLength } from '../derive/password.ts';
import { commonWords } from './common.ts';

/** Why a password is as weak as it is: the key of a sentence. */
export type Reason =
  | 'reasonCommon'
  | 'reasonAddress'
  | 'reasonSequence'
  | 'reasonRepeat'
  | 'reasonDate'
  | 'reasonPlain'
  | 'reasonGood';

export interface Estimate {
  /** 0 very weak … 4 strong; below 2 is not accepted */
  readonly score: 0 | 1 | 2 | 3 | 4;
  /** code points after NFKC */
  readonly length: number;
  readonly reason: Reason;
  /** the part that the reason speaks of */
  readonly word: string;
}

/** A stretch that somebody who guesses would try as a whole. */
interface Match {
  readonly start: number;
  readonly end: number;
  /** log10 of the guesses it takes */
  readonly cost: number;
  readonly reason: Reason;
}

/** Code points that are looked at: what is pasted may be long, and every pair of places is tried. */
const LOOKED_AT = 128;
/** log10 of the guesses for one character that belongs to nothing known. */
const CHARACTER = 1;
/** An own word in a sentence costs about what one of some thousands does. */
const SCORES = [7, 9, 11, 14] as const;

const ranks = new Map(commonWords.map((word, rank) => [word, rank + 1]));
const longest = Math.max(...commonWords.map((word) => word.length));

const ROWS = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890',
  'qwertyuiop',
  'qwertzuiop',
  'asdfghjkl',
  'zxcvbnm',
  'yxcvbnm',
  'azertyuiop',
  'qsdfghjklm',
  '1qaz2wsx3edc4rfv',
];
const SEQUENCES = ROWS.flatMap((row) => [row, [...row].reverse().join('')]);

const LEET: Record<string, string> = {
  0: 'o',
  1: 'i',
  3: 'e',
  4: 'a',
  5: 's',
  7: 't',
  $: 's',
  '@': 'a',
  '!': 'i',
};

/**
 * How hard a password is to guess: the cheapest way to put it together from known words, words of
 * the address, sequences, repetitions, dates and single characters.
 */
export function estimate(password: string, address: string): Estimate {
  const typed = [...password.normalize('NFKC')].slice(0, LOOKED_AT).join('');
  const text = typed.toLowerCase();
  const { cost, worst } = cheapest(text, matches(text, addressWords(address)));
  const score = SCORES.filter((limit) => cost >= limit).length as Estimate['score'];
  const word = worst ? typed.slice(worst.start, worst.end) : '';
  const reason = score >= 3 ? 'reasonGood' : (worst?.reason ?? 'reasonPlain');
  return { score, length: passwordLength(password), reason, word };
}

/** The cheapest way through the text, and the longest known stretch on it. */
function cheapest(text: string, found: Match[]): { cost: number; worst: Match | undefined } {
  type Way = { cost: number; worst: Match | undefined };
  const ways: Way[] = [{ cost: 0, worst: undefined }];
  for (let end = 1; end <= text.length; end++) {
    const before = ways[end - 1] as Way;
    let best: Way = { cost: before.cost + CHARACTER, worst: before.worst };
    for (const match of found) {
      if (match.end !== end) continue;
      const way = ways[match.start] as Way;
      const cost = way.cost + match.cost;
      if (cost < best.cost) best = { cost, worst: longer(way.worst, match) };
    }
    ways.push(best);
  }
  return ways[text.length] as Way;
}

function longer(a: Match | undefined, b: Match): Match {
  return a && a.end - a.start >= b.end - b.start ? a : b;
}

function matches(text: string, own: ReadonlySet<string>): Match[] {
  const plain = [...text].map((character) => LEET[character] ?? character).join('');
  const found: Match[] = [];
  for (let start = 0; start < text.length; start++) {
    for (let end = start + 3; end <= text.length; end++) {
      const length = end - start;
      const piece = text.slice(start, end);
      const unmasked = plain.slice(start, end);
      const add = (cost: number, reason: Reason) => found.push({ start, end, cost, reason });
      if (own.has(piece) || own.has(unmasked)) add(1, 'reasonAddress');
      if (length <= longest) {
        const rank = ranks.get(piece) ?? ranks.get(unmasked);
        if (rank) add(Math.max(1, Math.log10(rank) + (ranks.has(piece) ? 0 : 0.3)), 'reasonCommon');
      }
      if (SEQUENCES.some((sequence) => sequence.includes(piece))) add(1.5, 'reasonSequence');
    }
  }
  return [...found, ...repeats(text), ...dates(text)];
}

/** “aaaa”, “abcabc”: the unit, and how often. */
function repeats(text: string): Match[] {
  const found: Match[] = [];
  for (const match of text.matchAll(/(?=((.+?)\2+))/gs)) {
    const [, whole = '', unit = ''] = match;
    if (whole.length < 3) continue;
    const end = match.index + whole.length;
    found.push({ start: match.index, end, cost: unitCost(unit), reason: 'reasonRepeat' });
  }
  return found;
}

/** A known unit is cheap, an own one costs its characters; the count adds a little. */
function unitCost(unit: string): number {
  const rank = ranks.get(unit);
  return 0.7 + (rank ? Math.max(1, Math.log10(rank)) : Math.min(unit.length * CHARACTER, 6));
}

function dates(text: string): Match[] {
  const forms = /(?:19|20)\d\d|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}/g;
  return [...text.matchAll(forms)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    cost: match[0].length === 4 ? 2 : 4,
    reason: 'reasonDate',
  }));
}

/** The words an address is made of, and the whole of it. */
function addressWords(address: string): ReadonlySet<string> {
  const lower = address.normalize('NFKC').toLowerCase();
  const words = lower.split(/[^\p{L}\p{N}]+/u);
  return new Set([lower, ...lower.split('@'), ...words].filter((word) => word.length >= 3));
}
