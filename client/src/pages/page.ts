import { type PageTexts as Catalogue, loadPageTexts } from '../i18n/page-texts.ts';
import { type Language, languages, Texts } from '../i18n/texts.ts';
import { declareLanguage, rememberLanguage, wantedLanguage } from './language.ts';

export type PageTexts = Texts<Catalogue>;
export type PageKey = keyof Catalogue;

/** Says the page in the person's language and starts the switch; `onChange` repaints what moves. */
export async function startPage(onChange?: (texts: PageTexts) => void): Promise<PageTexts> {
  const select = document.querySelector('#language') as HTMLSelectElement;
  for (const [code, name] of Object.entries(languages)) {
    select.append(Object.assign(new Option(name, code), { lang: code }));
  }
  select.addEventListener('change', async () => {
    const language = select.value as Language;
    rememberLanguage(language);
    declareLanguage(language);
    onChange?.(await speak(language));
  });
  select.value = wantedLanguage();
  return speak(wantedLanguage());
}

async function speak(language: Language): Promise<PageTexts> {
  const texts: PageTexts = new Texts(language, await loadPageTexts(language));
  for (const node of document.querySelectorAll<HTMLElement>('[data-t]')) {
    node.textContent = texts.get(node.dataset.t as PageKey);
  }
  for (const node of document.querySelectorAll<HTMLElement>('[data-t-label]')) {
    node.setAttribute('aria-label', texts.get(node.dataset.tLabel as PageKey));
  }
  return texts;
}
