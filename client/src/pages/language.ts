import { directionOf, type Language, pickLanguage } from '../i18n/texts.ts';

/** Where the choice of language is kept on this device. */
const STORE = 'notary.language';

/** The language of the page: the one chosen here before, else the browser's. */
export function wantedLanguage(): Language {
  return pickLanguage([remembered(), ...navigator.languages]);
}

export function rememberLanguage(language: Language): void {
  try {
    localStorage.setItem(STORE, language);
  } catch {
    // Storage is off: the choice lasts as long as the page.
  }
}

/** Declares the page to be in a language, for the browser, screen readers and the elements in it. */
export function declareLanguage(language: Language): void {
  document.documentElement.lang = language;
  document.documentElement.dir = directionOf(language);
  for (const element of document.querySelectorAll('[base]')) element.setAttribute('lang', language);
}

function remembered(): string {
  try {
    return localStorage.getItem(STORE) ?? '';
  } catch {
    return '';
  }
}

declareLanguage(wantedLanguage());
