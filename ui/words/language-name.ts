/** What a language calls itself ("Deutsch"), by its tag (BCP 47); the tag itself where the runtime knows no name. */
export function languageName(tag: string): string {
  return new Intl.DisplayNames([tag], { type: "language" }).of(tag) ?? tag;
}
