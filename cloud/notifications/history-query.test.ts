import { expect, test } from "bun:test";
import { readHistoryQuery } from "./history-query.ts";

/** A Sunday in which London puts its clocks back: it has 25 hours. */
const NOW = Date.parse("2026-10-25T22:30:00Z");
const asked = (given: Record<string, string>, zone = "UTC") => {
  const read = readHistoryQuery(given, zone, NOW);
  if (!read.ok) throw new Error(read.refusal.detail);
  return read.value;
};
const spanOf = (given: Record<string, string>, zone?: string) => {
  const { from = null, to = null } = asked(given, zone).asked;
  return { from, to };
};

test("today, and days that end with it, begin at the reader's midnight", () => {
  expect(spanOf({ range: "today" })).toEqual({ from: "2026-10-25T00:00:00.000Z", to: null });
  expect(spanOf({ range: "today" }, "Europe/London").from).toBe("2026-10-24T23:00:00.000Z");
  // There it is tomorrow already.
  expect(spanOf({ range: "today" }, "Asia/Tokyo").from).toBe("2026-10-25T15:00:00.000Z");
  expect(spanOf({ range: "7" }).from).toBe("2026-10-19T00:00:00.000Z");
  expect(spanOf({ range: "30" }, "America/New_York").from).toBe("2026-09-26T04:00:00.000Z");
});

test("a span of days has both its first and its last, however long they are", () => {
  const day = { from: "2026-10-25", to: "2026-10-25" };
  expect(spanOf(day, "Europe/London")).toEqual({
    ...{ from: "2026-10-24T23:00:00.000Z", to: "2026-10-26T00:00:00.000Z" },
  });
  expect(spanOf({ range: "days", to: "2026-12-31" })).toEqual({ from: null, to: "2027-01-01T00:00:00.000Z" });
  expect(spanOf({ range: "days" })).toEqual({ from: null, to: null });
  // What was typed before another span was chosen does not count.
  expect(asked({ ...day, range: "today", q: "door" }).shown).toMatchObject({ q: "door", range: "today" });
  expect(asked({ ...day, range: "today" }).shown.from).toBeUndefined();
  expect(asked(day).shown).toMatchObject({ range: "days", ...day });
});

test.each([
  ["range", { range: "week" }],
  ["from", { from: "yesterday" }],
  ["to", { to: "2026-02-31" }],
  ["to", { from: "2026-10-02", to: "2026-10-01" }],
  ["status", { status: "lost" }],
])("what is no %s is refused by that name", (field, given: Record<string, string>) => {
  const read = readHistoryQuery(given, "UTC", NOW);
  expect(read.ok ? [] : read.refusal.errors?.map(({ path }) => path)).toEqual([field]);
});
