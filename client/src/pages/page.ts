import { directionOf, type Language, languages, pickLanguage, Texts } from '../i18n/texts.ts';
import type pagesEn from '../i18n/pages/en.ts';

export type PageTexts = Texts<typeof pagesEn>;
export type PageKey = keyof typeof pagesEn;

const catalogues: Record<Language, () => Promise<{ default: typeof pagesEn }>> = {
  en: () => import('../i18n/pages/en.ts'),
  de: () => import('../i18n/pages/de.ts'),
  fr: () => import('../i18n/pages/fr.ts'),
  es: () => import('../i18n/pages/es.ts'),
  pt: () => import('../i18n/pages/pt.ts'),
  ja: () => import('../i18n/pages/ja.ts'),
  ar: () => import('../i18n/pages/ar.ts'),
};

/** Where the choice of language is kept on this device. */
const STORE = 'notary.language';

let texts: PageTexts;

/** Turns the page to the person's language and starts the switch; `onChange` repaints what is dynamic. */
export async function startPage(onChange?: (texts: PageTexts) => void): Promise<PageTexts> {
  const select = document.querySelector('#language') as HTMLSelectElement;
  for (const [code, name] of Object.entries(languages)) {
    select.append(Object.assign(new Option(name, code), { lang: code }));
  }
  select.addEventListener('change', async () => {
    remember(select.value);
    await speak(select.value as Language);
    onChange?.(texts);
  });
  const language = pickLanguage([remembered(), ...navigator.languages]);
  select.value = language;
  await speak(language);
  return texts;
}

async function speak(language: Language): Promise<void> {
  texts = new Texts(language, (await catalogues[language]()).default);
  const root = document.documentElement;
  root.lang = language;
  root.dir = directionOf(language);
  for (const node of document.querySelectorAll<HTMLElement>('[data-t]')) {
    node.textContent = texts.get(node.dataset.t as PageKey);
  }
  for (const node of document.querySelectorAll<HTMLElement>('[data-t-label]')) {
    node.setAttribute('aria-label', texts.get(node.dataset.tLabel as PageKey));
  }
  for (const element of document.querySelectorAll('[base]')) element.setAttribute('lang', language);
}

function remembered(): string {
  try {
    return localStorage.getItem(STORE) ?? '';
  } catch {
    return '';
  }
}

function remember(language: string): void {
  try {
    localStorage.setItem(STORE, language);
  } catch {
    // Storage is off: the choice lasts as long as the page.
  }
}
