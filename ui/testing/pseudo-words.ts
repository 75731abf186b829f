import { type Words, wordsOf } from "../words/catalogues.ts";
import { formsOf } from "../words/forms.ts";

/**
 * A language for tests: English with every message in ⟦brackets⟧. What a page shows outside of them does not come from
 * the catalogue. Sentences with places in them are bracketed around each piece of text.
 */
export function pseudoWords(): Words {
  const { language, locale, ...english } = wordsOf("en");
  const forms = formsOf("en-GB");
  const areas = Object.entries(english).map(([area, words]) => [
    area,
    Object.hasOwn(forms, area) ? words : bracketed(words),
  ]);
  return { language, locale, ...Object.fromEntries(areas) } as Words;
}

function bracketed(value: unknown): unknown {
  if (typeof value === "string") return value === "" ? value : `⟦${value}⟧`;
  if (typeof value === "function") return (...given: unknown[]) => bracketed(value(...given));
  if (Array.isArray(value))
    return value.map((piece) => (typeof piece === "string" ? bracketed(piece) : piece));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, bracketed(inner)]));
}

/** What of a text stands outside of all brackets, in pieces. */
export function unbracketed(text: string): string[] {
  const pieces = [""];
  let depth = 0;
  for (const character of text) {
    if (character === "⟦") depth += 1;
    else if (character === "⟧") {
      depth -= 1;
      if (depth === 0) pieces.push("");
    } else if (depth === 0) pieces[pieces.length - 1] += character;
  }
  return pieces;
}
