import type en from './pages/en.ts';
import type { Language } from './texts.ts';

export type PageTexts = typeof en;

const catalogues: Record<Language, () => Promise<{ default: PageTexts }>> = {
  en: () => import('./pages/en.ts'),
  de: () => import('./pages/de.ts'),
  fr: () => import('./pages/fr.ts'),
  es: () => import('./pages/es.ts'),
  pt: () => import('./pages/pt.ts'),
  ja: () => import('./pages/ja.ts'),
  ar: () => import('./pages/ar.ts'),
};

/** Loads the pages' catalogue of one language, and no other. */
export async function loadPageTexts(language: Language): Promise<PageTexts> {
  return (await catalogues[language]()).default;
}
