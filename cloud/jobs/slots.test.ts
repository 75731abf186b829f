import { describe, expect, test } from "bun:test";
import { DAY, HOUR, MINUTE } from "../../protocol/units.ts";
import { checkCron, nextSlot, nextSlots, slotsBetween, wallClock } from "./slots.ts";

const at = (text: string) => Date.parse(text);

describe("slots of a schedule", () => {
  test.each([["Europe/Berlin"], ["America/New_York"], ["Australia/Lord_Howe"], ["Asia/Kathmandu"], ["UTC"]])(
    "a year of days in %s: one run a day at four on the wall, clocks set or not",
    (zone) => {
      const slots = slotsBetween(
        "0 4 * * *",
        zone,
        at("2027-12-31T20:00:00Z"),
        at("2028-12-31T20:00:00Z"),
        1_000,
      );
      expect(slots.length).toBe(366);
      for (const [index, slot] of slots.entries()) {
        expect(wallClock(slot, zone).slice(-5)).toBe("04:00");
        if (index > 0) expect(Math.abs(slot - slots[index - 1]! - DAY)).toBeLessThanOrEqual(HOUR);
      }
    },
  );

  test("a time that the clock leaves out comes once that day, and one it shows twice comes once", () => {
    const march = slotsBetween(
      "30 2 * * *",
      "Europe/Berlin",
      at("2026-03-28T12:00Z"),
      at("2026-03-30T12:00Z"),
      9,
    );
    expect(march.length).toBe(2);
    const october = slotsBetween(
      "30 2 * * *",
      "Europe/Berlin",
      at("2026-10-24T12:00Z"),
      at("2026-10-26T12:00Z"),
      9,
    );
    expect(october.length).toBe(2);
  });

  test("leap days come every four years", () => {
    const slots = nextSlots("0 0 29 2 *", "UTC", at("2026-01-01T00:00Z"), 2);
    expect(slots).toEqual([at("2028-02-29T00:00Z"), at("2032-02-29T00:00Z")]);
  });

  test("of very many the newest are kept, both ends count", () => {
    const from = at("2026-01-01T00:00Z");
    expect(slotsBetween("* * * * *", "UTC", from, from + 10 * MINUTE, 3)).toEqual(
      [8, 9, 10].map((minutes) => from + minutes * MINUTE),
    );
    expect(slotsBetween("* * * * *", "UTC", from, from, 3)).toEqual([from]);
    expect(nextSlot("* * * * *", "UTC", from)).toBe(from + MINUTE);
  });

  test("what never comes and what cannot be read are told apart from what comes", () => {
    expect(checkCron("0 4 * * *", "UTC", 0)).toEqual({ ok: true, value: 4 * HOUR });
    expect(checkCron("0 0 31 4 *", "UTC", 0)).toMatchObject({
      refusal: { errors: [{ path: "timing.cron", message: "never comes due" }] },
    });
    expect(checkCron("a b c d e", "UTC", 0)).toMatchObject({
      refusal: { errors: [{ path: "timing.cron" }] },
    });
  });
});
