import { expect, test } from "bun:test";
import fc from "fast-check";
import type { ConfigValues } from "./device-config.ts";
import { CONFIG_LEVELS, type ConfigLevel, changedKeys, effectiveConfig } from "./layers.ts";

const key = fc.constantFrom("a", "b", "__proto__", "constructor", "toString", "1");
const layer = fc
  .array(fc.tuple(key, fc.oneof(fc.constant(null), fc.integer(), fc.constant({ deep: [1] }))))
  .map((entries) => Object.fromEntries(entries) as ConfigValues);
const layers = fc.record(
  Object.fromEntries(CONFIG_LEVELS.map((level) => [level, layer])) as Record<ConfigLevel, typeof layer>,
  { requiredKeys: [] },
);

test("the last layer that speaks of a key says what it is, and null that it is not", () => {
  fc.assert(
    fc.property(layers, key, (given, name) => {
      const { config, origins } = effectiveConfig(given);
      const speaking = CONFIG_LEVELS.filter((level) => Object.hasOwn(given[level] ?? {}, name));
      const last = speaking.at(-1);
      const value = last === undefined ? null : given[last]?.[name];
      expect(Object.hasOwn(config, name)).toBe(value !== null);
      if (value === null || last === undefined) return;
      expect([config[name], origins[name]]).toEqual([value!, last]);
    }),
  );
});

test("the order in which layers are given does not matter, and merging what came of it changes nothing", () => {
  fc.assert(
    fc.property(layers, (given) => {
      const merged = effectiveConfig(given);
      const turned = Object.fromEntries(Object.entries(given).reverse());
      expect(effectiveConfig(turned)).toEqual(merged);
      expect(effectiveConfig({ device: merged.config }).config).toEqual(merged.config);
    }),
  );
});

test("a key that is added, taken away or has another value has changed; the order within values has not", () => {
  expect(changedKeys({ a: 1, b: { x: 1, y: 2 }, c: null }, { b: { y: 2, x: 1 }, c: null, d: 0 })).toEqual([
    "a",
    "d",
  ]);
  fc.assert(fc.property(layer, (config) => expect(changedKeys(config, { ...config })).toEqual([])));
});
