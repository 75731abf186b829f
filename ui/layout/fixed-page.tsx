import { renderToString } from "preact-render-to-string";
import type { Language } from "../words/languages.ts";
import { IslandWords, PageWords } from "../words/use-words.ts";
import type { LocalView, View } from "./frame.ts";

/**
 * A page that says the same to everybody and at any time, with its body made once for each language. It may use nothing
 * of a frame but the words.
 */
export function fixedPage(page: LocalView): LocalView {
  const made = new Map<Language, View>();
  return (words) => {
    const known = made.get(words.language);
    if (known !== undefined) return known;
    const view = page(words);
    const markup = renderToString(
      <PageWords.Provider value={words}>
        <IslandWords.Provider value={words}>{view.body}</IslandWords.Provider>
      </PageWords.Provider>,
    );
    const fixed = { ...view, body: null, markup };
    made.set(words.language, fixed);
    return fixed;
  };
}
