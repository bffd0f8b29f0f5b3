import type elementsEn from './elements/en.ts';

/** The languages there are catalogues for, in their own words. */
export const languages = {
  en: 'English',
  de: 'Deutsch',
  fr: 'Français',
  es: 'Español',
  pt: 'Português',
  ja: '日本語',
  ar: 'العربية',
} as const;

export type Language = keyof typeof languages;
export type ElementTexts = typeof elementsEn;
export type Values = Record<string, string | number>;

const elementCatalogues: Record<Language, () => Promise<{ default: ElementTexts }>> = {
  en: () => import('./elements/en.ts'),
  de: () => import('./elements/de.ts'),
  fr: () => import('./elements/fr.ts'),
  es: () => import('./elements/es.ts'),
  pt: () => import('./elements/pt.ts'),
  ja: () => import('./elements/ja.ts'),
  ar: () => import('./elements/ar.ts'),
};

/** The primary part of a language tag, if there is a catalogue for it. */
export function known(tag: string): Language | undefined {
  const [primary = ''] = tag.toLowerCase().split('-');
  return Object.hasOwn(languages, primary) ? (primary as Language) : undefined;
}

/** The first language of a person's list that there is a catalogue for. */
export function pickLanguage(wanted: readonly string[]): Language {
  return wanted.map(known).find((language) => language !== undefined) ?? 'en';
}

/** Reading direction. */
export function directionOf(language: Language): 'rtl' | 'ltr' {
  return language === 'ar' ? 'rtl' : 'ltr';
}

/** One catalogue, loaded, and the formats of its language. */
export class Texts<Catalogue extends Record<string, string> = ElementTexts> {
  readonly language: Language;
  readonly #catalogue: Catalogue;

  constructor(language: Language, catalogue: Catalogue) {
    this.language = language;
    this.#catalogue = catalogue;
  }

  /** Whether the catalogue has this key: error codes come from elsewhere. */
  has(key: string): key is keyof Catalogue & string {
    return Object.hasOwn(this.#catalogue, key);
  }

  /** The text with its values, each isolated (U+2068 … U+2069) from the direction around it. */
  get(key: keyof Catalogue & string, values: Values = {}): string {
    const text: string = this.#catalogue[key] ?? key;
    return text.replace(/\{(\w+)\}/g, (_, name) => `\u2068${values[name] ?? ''}\u2069`);
  }

  /** Seconds in words: “10 minutes”. */
  duration(seconds: number): string {
    const [unit, size] =
      seconds >= 7200
        ? (['hour', 3600] as const)
        : seconds >= 120
          ? (['minute', 60] as const)
          : (['second', 1] as const);
    return new Intl.NumberFormat(this.language, {
      style: 'unit',
      unit,
      unitDisplay: 'long',
    }).format(Math.ceil(seconds / size));
  }

  date(date: Date): string {
    return new Intl.DateTimeFormat(this.language, { dateStyle: 'long' }).format(date);
  }
}

/** Loads the elements' catalogue of one language, and no other. */
export async function loadElementTexts(language: Language): Promise<Texts> {
  return new Texts(language, (await elementCatalogues[language]()).default);
}
