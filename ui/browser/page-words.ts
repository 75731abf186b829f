import type { BrowserWords } from "../words/english/browser.ts";

/** What scripts say, in the language of the page, which carries it. A key the page lacks is said as it is. */
export function worded(key: keyof BrowserWords): string {
  const carried = document.getElementById("toasts")?.dataset.words;
  return carried === undefined ? key : ((JSON.parse(carried) as Partial<BrowserWords>)[key] ?? key);
}
