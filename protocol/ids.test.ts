import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import * as v from "valibot";
import { deviceKeySchema, idFloor, idSchema, isDeviceKey, isId, makeId } from "./ids.ts";
import { seededRandom } from "./seeded-random.ts";
import { deviceKey } from "./testing/arbitraries.ts";

describe("ids", () => {
  test("stand in the order of the times they were made at", () => {
    const [before, at] = [Date.UTC(2026, 10, 23) - 1, Date.UTC(2026, 10, 23)];
    expect(makeId(before, seededRandom(1)) < idFloor(at)).toBe(true);
    expect(makeId(at, seededRandom(1)) > idFloor(at)).toBe(true);
  });

  test("an id is a UUIDv7 that carries its time", () => {
    const id = makeId(Date.UTC(2026, 10, 23), seededRandom(1));
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16)).toBe(Date.UTC(2026, 10, 23));
    expect(isId(id) && v.is(idSchema, id)).toBe(true);
  });

  test("ids made later sort later", () => {
    const random = seededRandom(2);
    fc.assert(
      fc.property(fc.nat(2 ** 31), fc.integer({ min: 1, max: 2 ** 31 }), (startMs, laterMs) => {
        expect(makeId(startMs, random) < makeId(startMs + laterMs, random)).toBe(true);
      }),
    );
  });

  test("device keys are accepted and refused by the schema and the predicate alike", () => {
    fc.assert(
      fc.property(fc.oneof(deviceKey, fc.string()), (text) => {
        expect(v.is(deviceKeySchema, text)).toBe(isDeviceKey(text));
      }),
    );
    for (const bad of ["", "-a", ".a", "a b", "a/b", "a+", "#", "ä", "a".repeat(65)])
      expect(isDeviceKey(bad)).toBe(false);
  });
});
