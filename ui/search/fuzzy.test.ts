import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { fit, pieces } from "./fuzzy.ts";

const best = (typed: string, ...texts: string[]) =>
  texts
    .map((text) => ({ text, score: fit(text, typed)?.score ?? Number.NEGATIVE_INFINITY }))
    .filter(({ score }) => score > Number.NEGATIVE_INFINITY)
    .sort((one, other) => other.score - one.score)
    .map(({ text }) => text);
const shown = (text: string, typed: string) => {
  const found = fit(text, typed);
  return found === null
    ? null
    : pieces(text, found)
        .map((piece) => (piece.meant ? `[${piece.text}]` : piece.text))
        .join("");
};

describe("a fit", () => {
  test("puts what begins so before what has it in a later word, and that before what has it inside", () => {
    expect(best("site", "Opposite", "New site", "Sites")).toEqual(["Sites", "New site", "Opposite"]);
  });

  test("allows letters to be left out, from the beginning of a word on and not too many", () => {
    expect(shown("Sites", "sts")).toBe("[S]i[t]e[s]");
    expect(shown("Audit log", "aulg")).toBe("[Au]dit [l]o[g]");
    expect(shown("Log out", "lout")).toBe("[Lo]g o[ut]");
    expect(shown("Opposite", "sts")).toBe(null);
    expect(shown("Add a gateway to a site", "ags")).toBe(null);
  });

  test("wants every word, in any order, whatever their case and accents", () => {
    expect(shown("Cardiff Bay", "bay CARD")).toBe("[Card]iff [Bay]");
    expect(shown("Übersicht", "uber")).toBe("[Über]sicht");
    expect(shown("Cardiff Bay", "bay barry")).toBe(null);
  });

  test("nothing typed fits everything, and marks nothing", () => {
    expect(shown("Sites", "  ")).toBe("Sites");
  });

  test("a text fits itself and each of its beginnings; its pieces are the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 20 }), fc.nat(20), (text, length) => {
        const typed = [...text].slice(0, length).join("");
        const found = fit(text, typed);
        expect(found).not.toBeNull();
        expect(
          pieces(text, found!)
            .map((piece) => piece.text)
            .join(""),
        ).toBe(text);
      }),
    );
  });
});
