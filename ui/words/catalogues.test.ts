import { describe, expect, test } from "bun:test";
import { wordsOf } from "./catalogues.ts";
import { formsOf } from "./forms.ts";
import { LANGUAGES, type Language, languageOf } from "./languages.ts";

/** Every message by its path: how many parameters it takes, or that it is a text. */
function messages(value: unknown, path = ""): [string, number | "text"][] {
  if (typeof value === "string") return [[path, "text"]];
  if (typeof value === "function") return [[path, value.length]];
  return Object.entries(value as object)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([key, inner]) => messages(inner, `${path}.${key}`));
}

const { language: _language, locale: _locale, ...english } = wordsOf("en");

describe.each(Object.keys(LANGUAGES) as Language[])("the catalogue '%s'", (language) => {
  test("has every message of the English one, with the same parameters, and no other", () => {
    const { language: name, locale, ...words } = wordsOf(language);
    expect([name, locale]).toEqual([language, LANGUAGES[language].locale]);
    expect(messages(words)).toEqual(messages(english));
  });

  test("leaves no message empty, and none with a straight quote or three dots for an ellipsis", () => {
    const texts = JSON.stringify(wordsOf(language), (_key, value) => (value === "" ? "<empty>" : value));
    expect(texts).not.toContain("<empty>");
    expect(texts).not.toMatch(/\w\.\.\.(?!\w)/);
  });
});

test("every error has its own words in German", () => {
  const [english, german] = [wordsOf("en").errors, wordsOf("de").errors];
  const codes = Object.keys(english) as (keyof typeof english)[];
  expect(codes.filter((code) => german[code].title === english[code].title)).toEqual([]);
});

describe("the language of an answer", () => {
  test("is the one the person chose, else the one their browser wants most, else English", () => {
    expect(languageOf("theme=dark; language=de", "en")).toBe("de");
    expect(languageOf("language=en", "de")).toBe("en");
    expect(languageOf(null, "de-AT,de;q=0.9,en;q=0.8")).toBe("de");
    expect(languageOf("", "fr, en;q=0.5, de;q=0.7")).toBe("de");
    expect(languageOf("", "de;q=0, en;q=0.1")).toBe("en");
    for (const nothing of [null, undefined, "", "*", "fr", "constructor", ";;q=,"]) {
      expect([nothing, languageOf(null, nothing)]).toEqual([nothing, "en"]);
    }
  });

  test("believes only a cookie of its own with a language there is", () => {
    for (const other of ["language=fr", "mylanguage=de", "language=DE", "language=constructor"]) {
      expect([other, languageOf(other, null)]).toEqual([other, "en"]);
    }
  });
});

describe("the forms of a language", () => {
  test("write numbers as people there do", () => {
    const [english, german] = [formsOf("en-GB"), formsOf("de-DE")];
    expect([english.count(12_345), german.count(12_345)]).toEqual(["12,345", "12.345"]);
    expect([english.number(21.45), german.number(21.45)]).toEqual(["21.45", "21,45"]);
    expect(german.number(1.5, 2)).toBe("1,50");
  });

  test("take the plural a count has in that language, whichever it has", () => {
    const polish = formsOf("pl-PL");
    const sites = { one: "lokalizacja", few: "lokalizacje", many: "lokalizacji", other: "lokalizacji" };
    expect([1, 2, 5, 22].map((count) => polish.counted(count, sites))).toEqual([
      "1 lokalizacja",
      "2 lokalizacje",
      "5 lokalizacji",
      "22 lokalizacje",
    ]);
    expect(formsOf("en-GB").counted(1_000, { one: "site", other: "sites" })).toBe("1,000 sites");
  });
});
