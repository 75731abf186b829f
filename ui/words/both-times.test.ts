import { describe, expect, test } from "bun:test";
import { bothTimes } from "./both-times.ts";

const ENGLISH = { locale: "en-GB" };
const at = (text: string) => Date.parse(text);

describe("a moment on two clocks", () => {
  test.each([
    ["on the same day", "2026-11-23T14:05:12Z", "Europe/London", "America/New_York", "14:05", "09:05"],
    [
      "on two days, with both",
      "2026-11-24T00:30:00Z",
      "Europe/London",
      "America/New_York",
      "24 Nov, 00:30",
      "23 Nov, 19:30",
    ],
    [
      "across the date line",
      "2026-11-23T11:00:00Z",
      "Pacific/Auckland",
      "Pacific/Honolulu",
      "24 Nov, 00:00",
      "23 Nov, 01:00",
    ],
    ["half an hour apart", "2026-11-23T14:05:00Z", "Asia/Karachi", "Asia/Kolkata", "19:05", "19:35"],
  ])("%s", (_, moment, yours, there, your, their) => {
    expect(bothTimes(ENGLISH, at(moment), yours, there)).toEqual({ yours: your, there: their });
  });

  test("is one time where both say the same, whatever the zones are called", () => {
    expect(bothTimes(ENGLISH, at("2026-11-23T14:05:12Z"), "Europe/London", "UTC")).toBeNull();
    expect(bothTimes(ENGLISH, at("2026-07-23T14:05:12Z"), "Europe/London", "UTC")).toEqual({
      yours: "15:05",
      there: "14:05",
    });
    expect(bothTimes(ENGLISH, at("2026-11-23T14:05:12Z"), "Europe/Berlin", "Europe/Paris")).toBeNull();
  });
});
