import { expect, test } from "bun:test";
import { CONFIG_MAX_DEPTH, parseReportedConfig } from "./device-config.ts";

const nested = (levels: number) => `{"version":1,"config":{"a":${"[".repeat(levels)}${"]".repeat(levels)}}}`;

test("a configuration may hold any JSON", () => {
  const config = {
    text: "a",
    number: 1.5,
    flag: false,
    none: null,
    list: [1, [2]],
    table: { deep: { x: 1 } },
  };
  expect(parseReportedConfig(JSON.stringify({ version: 3, config }))).toEqual({
    ok: true,
    value: { version: 3, config },
  });
});

test("a list is no configuration", () => {
  expect(parseReportedConfig('{"version":1,"config":[1,2]}')).toMatchObject({
    refusal: { code: "payload.invalid", errors: [{ path: "config", message: "must be a JSON object" }] },
  });
});

test("brackets within brackets are refused and exhaust nothing", () => {
  expect(parseReportedConfig(nested(CONFIG_MAX_DEPTH)).ok).toBe(true);
  for (const levels of [CONFIG_MAX_DEPTH + 1, 1_000, 20_000, 200_000]) {
    expect(parseReportedConfig(nested(levels))).toMatchObject({ ok: false });
  }
});
