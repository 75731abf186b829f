import { expect, test } from "bun:test";
import { wordsOf } from "./catalogues.ts";
import { deedOf } from "./deeds.ts";

test("what somebody did is said without who and to what, with a sign where that would stand between", () => {
  const en = wordsOf("en");
  expect(
    ["site.create", "account.login", "job.resume", "site.purge", "member.join", "made.up"].map((action) =>
      deedOf(en, action),
    ),
  ).toEqual([
    "added the site",
    "logged in",
    "let … go on",
    "deleted the site … for good",
    "joined",
    "made.up",
  ]);
  expect(deedOf(wordsOf("de"), "site.create")).toBe("hat den Standort … angelegt");
});

test("every deed has words in both languages", () => {
  for (const words of [wordsOf("en"), wordsOf("de")]) {
    for (const action of Object.keys(words.activity.deeds))
      expect(deedOf(words, action)).toMatch(/^\w.*\w$/u);
  }
});
