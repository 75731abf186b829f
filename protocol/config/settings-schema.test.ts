import { expect, test } from "bun:test";
import * as v from "valibot";
import { check } from "../validate.ts";
import { type SettingsSchema, settingsProblems, settingsSchemaSchema } from "./settings-schema.ts";

const SCHEMA = v.parse(settingsSchemaSchema, {
  properties: {
    interval: { type: "integer", title: "Report every", unit: "s", minimum: 5, maximum: 3600, default: 60 },
    target: { type: "number", unit: "°C", minimum: 5, maximum: 30 },
    mode: { type: "string", enum: ["eco", "comfort"], default: "eco" },
    label: { type: "string", minLength: 2, maxLength: 5 },
    locked: { type: "boolean" },
  },
});
const problems = (config: Record<string, never>, of: SettingsSchema = SCHEMA, alone?: boolean) =>
  settingsProblems(of, config, alone).map(({ path, message }) => `${path} ${message}`);

test("what fits is taken, and null takes back whatever it is of", () => {
  const fits = { interval: 60, target: 21.5, mode: "eco", label: "till", locked: true, other: [1] };
  expect(problems(fits as never)).toEqual([]);
  expect(problems({ interval: null, mode: null } as never)).toEqual([]);
});

test("what does not is named, with why", () => {
  const wrong = { interval: 1.5, target: "21", mode: "off", label: "x", locked: "yes" };
  expect(problems(wrong as never)).toEqual([
    "config.interval must be a whole number",
    "config.target must be a number",
    "config.mode must be one of eco, comfort",
    "config.label must have at least 2 characters",
    "config.locked must be true or false",
  ]);
  expect(problems({ interval: 4, target: 30.5, label: "longer" } as never)).toEqual([
    "config.interval must be at least 5",
    "config.target must be at most 30",
    "config.label must have at most 5 characters",
  ]);
});

test("other settings are refused where there are none, but not in a layer that is for other types too", () => {
  const only = { ...SCHEMA, additionalProperties: false };
  expect(problems({ volume: 3 } as never, only)).toEqual(["config.volume is no setting of this type"]);
  expect(problems({ volume: 3 } as never, only, false)).toEqual([]);
  expect(problems({ constructor: 3 } as never)).toEqual([]);
});

test.each([
  ["a type there is not", { a: { type: "array" } }, "properties.a.type"],
  [
    "a keyword that is not of the subset",
    { a: { type: "string", pattern: "(a+)+$" } },
    "properties.a.pattern",
  ],
  ["bounds that leave nothing", { a: { type: "number", minimum: 2, maximum: 1 } }, "properties.a.maximum"],
  ["a bound of what has none", { a: { type: "boolean", minimum: 2 } }, "properties.a.minimum"],
  ["lengths of a number", { a: { type: "number", maxLength: 2 } }, "properties.a.maxLength"],
  ["choices of another type", { a: { type: "integer", enum: [1, "2"] } }, "properties.a.enum"],
  ["no choice", { a: { type: "string", enum: [] } }, "properties.a.enum"],
  [
    "a default that is refused itself",
    { a: { type: "string", enum: ["x"], default: "y" } },
    "properties.a.default",
  ],
])("%s is refused by its name", (_, properties, path) => {
  const read = check(settingsSchemaSchema, { properties });
  expect(read.ok ? [] : read.refusal.errors?.map((error) => error.path)).toEqual([path]);
});

test("more settings than a form can hold are refused", () => {
  const properties = Object.fromEntries(
    Array.from({ length: 101 }, (_, index) => [`s${index}`, { type: "boolean" }]),
  );
  expect(check(settingsSchemaSchema, { properties }).ok).toBe(false);
});
