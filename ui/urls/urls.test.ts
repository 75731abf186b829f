import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { CONNECTIVITIES, deviceQuerySchema, HEALTHS } from "../../protocol/devices/device.ts";
import { check } from "../../protocol/validate.ts";
import { wordsOf } from "../words/catalogues.ts";
import { chipsOf, type DeviceFilters, devicesUrl, filtersOf, safeNext, sitesUrl } from "./urls.ts";

const anyFilters: fc.Arbitrary<DeviceFilters> = fc.record(
  {
    q: fc.string({ minLength: 1, maxLength: 20 }).filter((text) => text.trim() === text && text !== ""),
    connectivity: fc.constantFrom(...CONNECTIVITIES),
    health: fc.constantFrom(...HEALTHS),
    type: fc.constantFrom("kiosk", "payment-terminal"),
  },
  { requiredKeys: [] },
);

describe("the address of a list", () => {
  test("reads back as the filters it was written from", () => {
    fc.assert(
      fc.property(anyFilters, (filters) => {
        const { searchParams } = new URL(devicesUrl(filters), "http://localhost");
        const query = check(deviceQuerySchema, Object.fromEntries(searchParams));
        expect(query.ok && filtersOf(query.value)).toEqual(filters);
      }),
    );
  });

  test("holds nothing that is empty", () => {
    expect(devicesUrl({})).toBe("/devices");
    expect(devicesUrl({ q: "" })).toBe("/devices");
    expect(devicesUrl({ q: "till & bar" }, { cursor: "a=b", after: 50 })).toBe(
      "/devices?q=till+%26+bar&cursor=a%3Db&after=50",
    );
    expect(sitesUrl({})).toBe("/sites");
    expect(sitesUrl({ q: "bay" }, { cursor: "c", after: 10 })).toBe("/sites?q=bay&cursor=c&after=10");
  });
});

describe("chips", () => {
  test("each removes its own filter and keeps the others", () => {
    const chips = chipsOf(
      wordsOf("en"),
      { q: "till", health: "warning", site: "s1", provenance: "simulated" },
      "Cardiff Bay",
    );
    expect(chips.map((chip) => chip.label)).toEqual([
      "Search: till",
      "Site: Cardiff Bay",
      "Health: Warning",
      "Simulated only",
    ]);
    expect(chips[2]?.without).toBe("/devices?q=till&site=s1&provenance=simulated");
  });

  test("every filter has words", () => {
    const labels = chipsOf(
      wordsOf("en"),
      { connectivity: "never", type: "door-sensor", provenance: "real", site: "x" },
      null,
    );
    expect(labels.map((chip) => chip.label)).toEqual([
      "Site: unknown",
      "Connection: Never seen",
      "Type: Door sensor",
      "Real only",
    ]);
  });
});

test("after a log-in nobody is sent to another site", () => {
  expect(safeNext("/devices?q=1")).toBe("/devices?q=1");
  expect(safeNext("/login?next=%2Fsites%3Fq%3Dcaf%C3%A9")).toBe("/login?next=%2Fsites%3Fq%3Dcaf%C3%A9");
  for (const bad of [
    ...[undefined, "", "devices", "https://evil.example", "//evil.example", "/\\evil.example"],
    // A browser drops these before it reads the address.
    ...["/\t/evil.example", "/\r\n/evil.example", "/\n\\evil.example"],
    ...["/sites\r\nset-cookie: a=b", "/caf\u00e9", "/\u2028"],
  ]) {
    expect([bad, safeNext(bad)]).toEqual([bad, "/"]);
  }
});
