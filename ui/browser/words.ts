import type { BrowserWords } from "../words/catalogues.ts";
import { formsOf } from "../words/forms.ts";
import { isLanguage, LANGUAGES, type Language } from "../words/languages.ts";

/** Each language is a file of its own, so that a browser loads one; the document names it among what is preloaded. */
const LOADERS: Record<Language, () => Promise<typeof import("../words/english/in-browser.ts")>> = {
  en: () => import("../words/english/in-browser.ts"),
  de: () => import("../words/german/in-browser.ts"),
};

/** What scripts say, in the language of the page. */
export async function loadWords(lang: string): Promise<BrowserWords> {
  const language = isLanguage(lang) ? lang : "en";
  const forms = formsOf(LANGUAGES[language].locale);
  const { inBrowser } = await LOADERS[language]();
  return { language, ...forms, ...inBrowser(forms) };
}
