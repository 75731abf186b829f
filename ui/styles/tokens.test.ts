import { describe, expect, test } from "bun:test";
import {
  COLOURS,
  contrast,
  contrastOf,
  MARK_LEAST,
  MARKS,
  type Pairing,
  TEXT_LEAST,
  TEXTS,
  THEMES,
  toLinear,
} from "./colours.ts";

test("white and black are 21 to 1, so that the arithmetic can be trusted", () => {
  expect(contrast(toLinear("1 0 0"), toLinear("0 0 0"))).toBeCloseTo(21, 1);
  expect(COLOURS.size).toBeGreaterThan(25);
  expect(() => contrastOf("text-1", "text-9", "light")).toThrow("there is no colour --text-9");
});

describe.each(THEMES)("%s", (theme) => {
  const tooLow = ({ colour, grounds }: Pairing, least: number) =>
    grounds
      .map((ground) => ({ colour, ground, ratio: contrastOf(colour, ground, theme) }))
      .filter(({ ratio }) => ratio < least);

  test.each(TEXTS)("$colour can be read on every ground it is put on (4.5 to 1)", (pairing) => {
    expect(tooLow(pairing, TEXT_LEAST)).toEqual([]);
  });

  test.each(MARKS)("$colour can be seen on every ground it is put on (3 to 1)", (pairing) => {
    expect(tooLow(pairing, MARK_LEAST)).toEqual([]);
  });
});
