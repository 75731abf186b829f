import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Words } from "./english/english.ts";

/** The words of the language a page is rendered in. Only on the server: see `IslandWords` for what the browser has. */
export const PageWords = createContext<Words | null>(null);

export function useWords(): Words {
  const words = useContext(PageWords);
  if (words === null)
    throw new Error("A component was rendered without its words: give it <PageWords.Provider>.");
  return words;
}
