import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Words } from "./english/english.ts";
import type { BrowserWords } from "./english/in-browser.ts";

const MISSING = "A component was rendered without its words: put it into";

/** The words of the language a page is rendered in. Only on the server: see `IslandWords` for what the browser has. */
export const PageWords = createContext<Words | null>(null);

export function useWords(): Words {
  const words = useContext(PageWords);
  if (words === null)
    throw new Error("A component was rendered without its words: give it <PageWords.Provider>.");
  return words;
}

/** The words that components have on the server and, in islands, in the browser. */
export const IslandWords = createContext<BrowserWords | null>(null);

export function useIslandWords(): BrowserWords {
  const words = useContext(IslandWords);
  if (words === null) throw new Error(`${MISSING} <IslandWords.Provider>`);
  return words;
}
