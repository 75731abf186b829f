import { describe, expect, test } from "bun:test";
import { unitOf } from "./metric-units.ts";
import { parseTelemetry, READINGS_PER_MESSAGE_MAX } from "./reading.ts";

const NOW = 1_764_000_000_000;

describe("a telemetry payload", () => {
  test("takes the time of arrival when it names none", () => {
    expect(parseTelemetry('{"temperature":21.4,"door":true,"mode":"eco"}', NOW)).toEqual({
      ok: true,
      value: [{ atMs: NOW, values: { temperature: 21.4, door: true, mode: "eco" } }],
    });
  });

  test("keeps its own time, and several readings in their order", () => {
    expect(parseTelemetry('[{"ts":5,"a":1},{"ts":3,"a":-0}]', NOW)).toEqual({
      ok: true,
      value: [
        { atMs: 5, values: { a: 1 } },
        { atMs: 3, values: { a: -0 } },
      ],
    });
  });

  test.each([
    ["", "payload.not-json", undefined],
    ["temperature=21", "payload.not-json", undefined],
    ['{"a":NaN}', "payload.not-json", undefined],
    ["null", "payload.invalid", undefined],
    ["21.4", "payload.invalid", undefined],
    ["[]", "payload.invalid", undefined],
    ["[[1]]", "payload.invalid", undefined],
    ["{}", "payload.invalid", undefined],
    ['{"ts":5}', "payload.invalid", undefined],
    ['{"a":1e999}', "payload.invalid", "a"],
    ['{"a":null}', "payload.invalid", "a"],
    ['{"a":{"b":1}}', "payload.invalid", "a"],
    ['{"":1}', "payload.invalid", ""],
    ['{"ts":"now","a":1}', "payload.invalid", "ts"],
    ['{"ts":1.5,"a":1}', "payload.invalid", "ts"],
    ['{"ts":-1,"a":1}', "payload.invalid", "ts"],
    ['{"ts":253402300800000,"a":1}', "payload.invalid", "ts"],
    [`{"a":"${"x".repeat(1_025)}"}`, "payload.invalid", "a"],
    [`{"${"x".repeat(65)}":1}`, "payload.invalid", "x".repeat(65)],
    ['[{"a":1},{"a":1e999}]', "payload.invalid", "a"],
  ])("%p is refused as %s", (text, code, path) => {
    const parsed = parseTelemetry(text, NOW);
    expect(parsed).toMatchObject({ ok: false, refusal: { code } });
    if (path !== undefined && !parsed.ok) expect(parsed.refusal.errors?.[0]?.path).toBe(path);
  });

  test("says which reading of an array is bad, and that a number must be finite", () => {
    const parsed = parseTelemetry('[{"a":1},{"a":1e999}]', NOW);
    expect(parsed).toMatchObject({ refusal: { detail: "reading 1: a: must be a finite number" } });
  });

  test("has bounds", () => {
    const readings = Array.from({ length: READINGS_PER_MESSAGE_MAX + 1 }, () => ({ a: 1 }));
    expect(parseTelemetry(JSON.stringify(readings), NOW).ok).toBe(false);
    const wide = Object.fromEntries(Array.from({ length: 257 }, (_, index) => [`m${index}`, index]));
    expect(parseTelemetry(JSON.stringify(wide), NOW)).toMatchObject({
      refusal: { detail: "value: has too many metrics" },
    });
  });

  test("a metric called __proto__ is a metric, not a prototype", () => {
    const parsed = parseTelemetry('{"__proto__":1,"a":2}', NOW);
    expect(Object.getPrototypeOf(parsed.ok ? parsed.value[0]!.values : null)).toBe(Object.prototype);
  });
});

test("units come from names everybody uses, or from the end of a name", () => {
  expect(
    ["temperature", "freezer_celsius", "batteryPercent", "responseMs", "constructor", "speed"].map(unitOf),
  ).toEqual(["°C", "°C", "%", "ms", "", ""]);
});
