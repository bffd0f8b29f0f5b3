import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadPageTexts } from '../src/i18n/page-texts.ts';
import {
  directionOf,
  type Language,
  languages,
  loadElementTexts,
  pickLanguage,
  Texts,
} from '../src/i18n/texts.ts';

const all = Object.keys(languages) as Language[];
const client = resolve(import.meta.dirname, '..');
const english = {
  elements: (await import('../src/i18n/elements/en.ts')).default as Record<string, string>,
  pages: (await loadPageTexts('en')) as Record<string, string>,
};

/** Every name a problem of the service can have, and every code of this SDK. */
const codes = [
  ...readFileSync(`${client}/src/sdk/error.ts`, 'utf8').matchAll(/^ {2}\| '(\w+)'/gm),
].map(([, code]) => code as string);

describe.each(all)('%s', (language) => {
  it.each(['elements', 'pages'] as const)('has every text of the %s', async (which) => {
    const path = `../src/i18n/${which}/${language}.ts`;
    const catalogue: Record<string, string> = (await import(path)).default;
    expect(Object.keys(catalogue).sort()).toEqual(Object.keys(english[which]).sort());
    for (const [key, text] of Object.entries(catalogue)) {
      expect(text.trim(), key).not.toBe('');
      expect(placeholders(text), key).toEqual(placeholders(english[which][key] ?? ''));
    }
  });

  it('names the button that shows a password by the word on it', async () => {
    const texts = await loadElementTexts(language);
    expect(texts.get('showPassword').toLowerCase()).toContain(texts.get('show').toLowerCase());
  });

  it('has a sentence for every problem', async () => {
    const texts = await loadElementTexts(language);
    expect(codes.filter((code) => !texts.has(code))).toEqual([]);
  });
});

it('knows all the codes', () => expect(codes).toHaveLength(29));

it('leaves no text unused', () => {
  const sources = [...sourceFiles('src'), ...pages()].filter((path) => !path.includes('i18n/'));
  const used = sources.map((path) => readFileSync(path, 'utf8')).join('\n');
  const named = (key: string) =>
    new RegExp(`['"]${key}['"]`).test(used) || codes.includes(key) || /^strength\d$/.test(key);
  expect(Object.keys(english.elements).filter((key) => !named(key))).toEqual([]);
  expect(Object.keys(english.pages).filter((key) => !named(key))).toEqual([]);
});

it.each([...pages(), `${client}/src/pages/layout.html`])('has the English texts in %s', (path) => {
  const marked = readFileSync(path, 'utf8').matchAll(
    /data-t(?:-label)?="(\w+)"(?: aria-label="([^"]*)"|[^>]*>([^<]*))/g,
  );
  for (const [, key = '', label, text] of marked) {
    expect(english.pages[key], key).toBe(label ?? text);
  }
});

describe('choosing', () => {
  it.each([
    [['de-AT', 'en'], 'de'],
    [['nl', 'pt-BR'], 'pt'],
    [['ZH-hant'], 'en'],
    [['', 'constructor', 'ar'], 'ar'],
    [[], 'en'],
  ])('%j gives %s', (wanted, language) => expect(pickLanguage(wanted)).toBe(language));

  it('turns around for Arabic alone', () => {
    expect(all.filter((language) => directionOf(language) === 'rtl')).toEqual(['ar']);
  });
});

describe('filling in', () => {
  const texts = new Texts('en', { greet: 'Hello {name}, {name}' });

  it('isolates values', () => {
    expect(texts.get('greet', { name: '<b>' })).toBe('Hello \u2068<b>\u2069, \u2068<b>\u2069');
  });

  it.each([
    [1, '1 second'],
    [90, '90 seconds'],
    [600, '10 minutes'],
    [86_400, '24 hours'],
  ])('%i seconds are “%s”', (seconds, words) => expect(texts.duration(seconds)).toBe(words));
});

function placeholders(text: string): string[] {
  return (text.match(/\{\w+\}/g) ?? []).sort();
}

function pages(): string[] {
  return [
    'index.html',
    'confirm.html',
    ...readdirSync(`${client}/app`).map((name) => `app/${name}`),
  ].map((name) => `${client}/${name}`);
}

function sourceFiles(folder: string): string[] {
  return readdirSync(`${client}/${folder}`, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|html)$/.test(name))
    .map((name) => `${client}/${folder}/${name}`);
}
