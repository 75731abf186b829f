import { english, type Words } from "./english/english.ts";
import { formsOf } from "./forms.ts";
import { german } from "./german/german.ts";
import { LANGUAGES, type Language } from "./languages.ts";

export type { BrowserWords } from "./english/in-browser.ts";
export type { Words };

const ENGLISH = formsOf(LANGUAGES.en.locale);
const GERMAN = formsOf(LANGUAGES.de.locale);

const CATALOGUES: Record<Language, Words> = {
  en: { language: "en", ...ENGLISH, ...english(ENGLISH) },
  de: { language: "de", ...GERMAN, ...german(GERMAN) },
};

/** Everything the dashboard says, in a language. */
export function wordsOf(language: Language): Words {
  return CATALOGUES[language];
}
