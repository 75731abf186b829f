/** The languages of the dashboard, each by its own name, with the region whose way of writing numbers it uses. */
export const LANGUAGES = {
  en: { name: "English", locale: "en-GB" },
  de: { name: "Deutsch", locale: "de-DE" },
} as const;

export type Language = keyof typeof LANGUAGES;

export const LANGUAGE_COOKIE = "language";

export function isLanguage(text: string | undefined): text is Language {
  return text !== undefined && Object.hasOwn(LANGUAGES, text);
}

/**
 * The language of an answer: what the person chose (in a `Cookie` header), else what their browser asks for in
 * `Accept-Language`, the most wanted first, else English.
 */
export function languageOf(
  cookieHeader: string | null | undefined,
  acceptLanguage: string | null | undefined,
): Language {
  const chosen = /(?:^|;\s*)(?:__Host-)?language=([a-z-]+)(?:;|$)/.exec(cookieHeader ?? "")?.[1];
  if (isLanguage(chosen)) return chosen;
  const wanted = (acceptLanguage ?? "")
    .split(",")
    .map((range) => {
      const [tag = "", ...parameters] = range
        .trim()
        .toLowerCase()
        .split(/\s*;\s*/);
      const quality = parameters.find((parameter) => parameter.startsWith("q="));
      return { language: tag.split("-")[0], quality: quality === undefined ? 1 : Number(quality.slice(2)) };
    })
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality);
  return wanted.map(({ language }) => language).find(isLanguage) ?? "en";
}
