import { describe, expect, test } from "bun:test";
import * as v from "valibot";
import { DAY, HOUR, MINUTE } from "../units.ts";
import { isWithin, opensAt, timeWindowSchema } from "./time-window.ts";

const at = (text: string) => Date.parse(text);
const night = { from: "22:00", to: "05:00" };

describe("a window", () => {
  test("goes over midnight, in the time of the site", () => {
    expect(isWithin(night, "Europe/Berlin", at("2026-01-10T20:59:00Z"))).toBe(false);
    expect(isWithin(night, "Europe/Berlin", at("2026-01-10T21:00:00Z"))).toBe(true);
    expect(isWithin(night, "Europe/Berlin", at("2026-01-11T03:59:00Z"))).toBe(true);
    expect(isWithin(night, "Europe/Berlin", at("2026-01-11T04:00:00Z"))).toBe(false);
    expect(isWithin(night, "Europe/Berlin", at("2026-07-11T02:59:00Z"))).toBe(true);
    expect(isWithin({ from: "09:00", to: "17:30" }, "Asia/Kathmandu", at("2026-01-10T11:44:00Z"))).toBe(true);
    expect(isWithin({ from: "09:00", to: "17:30" }, "Asia/Kathmandu", at("2026-01-10T11:45:00Z"))).toBe(
      false,
    );
  });

  test("opens at once where it is open, else at its next beginning", () => {
    expect(opensAt(night, "UTC", at("2026-01-10T23:11:07Z"))).toBe(at("2026-01-10T23:11:07Z"));
    expect(opensAt(night, "UTC", at("2026-01-10T05:00:00Z"))).toBe(at("2026-01-10T22:00:00Z"));
    expect(opensAt(night, "America/New_York", at("2026-01-10T12:00:00Z"))).toBe(at("2026-01-11T03:00:00Z"));
  });

  test("on the night the clock is set forward it opens when its hour is over, and not at all if it lies within", () => {
    expect(opensAt({ from: "02:30", to: "04:00" }, "Europe/Berlin", at("2026-03-28T12:00:00Z"))).toBe(
      at("2026-03-29T01:00:00Z"),
    );
    expect(opensAt({ from: "02:10", to: "02:50" }, "Europe/Berlin", at("2026-03-28T12:00:00Z"))).toBe(
      at("2026-03-30T00:10:00Z"),
    );
  });

  test.each([
    ["Europe/Berlin"],
    ["America/Los_Angeles"],
    ["Australia/Lord_Howe"],
    ["Asia/Kathmandu"],
    ["Pacific/Apia"],
  ])("through a year in %s it opens within a day and an hour or two, and never late", (zone) => {
    const window = { from: "01:15", to: "03:45" };
    for (
      let now = at("2026-01-01T00:00:00Z");
      now < at("2027-01-01T00:00:00Z");
      now += 7 * HOUR + 13 * MINUTE
    ) {
      const opens = opensAt(window, zone, now);
      expect(isWithin(window, zone, opens)).toBe(true);
      expect(opens - now).toBeLessThanOrEqual(DAY + HOUR);
      if (opens > now) expect(isWithin(window, zone, opens - MINUTE)).toBe(false);
    }
  });

  test("hours that are none are refused", () => {
    for (const input of [
      { from: "24:00", to: "05:00" },
      { from: "5:00", to: "06:00" },
      { from: "22:00" },
      { from: "01:00", to: "01:00" },
    ])
      expect(v.safeParse(timeWindowSchema, input).success).toBe(false);
  });
});
