import { expect, test } from "bun:test";
import * as v from "valibot";
import { readSettingsForm, toSettingsForm } from "./settings-form.ts";
import { settingsSchemaSchema } from "./settings-schema.ts";

const SCHEMA = v.parse(settingsSchemaSchema, {
  properties: {
    interval: { type: "integer", minimum: 5 },
    target: { type: "number" },
    mode: { type: "integer", enum: [1, 2] },
    label: { type: "string" },
    locked: { type: "boolean" },
  },
});
const OWN = { interval: 60, target: 21.5, mode: 2, label: "till", locked: false, list: [1], other: "x" };

test("a layer is a form, and that form is the layer again", () => {
  const { fields, rest } = toSettingsForm(SCHEMA, OWN);
  expect(fields).toEqual({
    ...{ "set.interval": "60", "set.target": "21.5", "set.mode": "2", "set.label": "till" },
    "set.locked": "false",
  });
  expect(rest).toEqual({ list: [1], other: "x" });
  expect(readSettingsForm(SCHEMA, { ...fields, config: JSON.stringify(rest) })).toEqual({
    ok: true,
    value: OWN,
  });
});

test("what no field can show stays as JSON, and is not lost", () => {
  const odd = { interval: null, mode: 3, label: "", locked: "no" };
  expect(toSettingsForm(SCHEMA, odd)).toEqual({ fields: {}, rest: odd });
  expect(toSettingsForm(null, OWN)).toEqual({ fields: {}, rest: OWN });
  expect(readSettingsForm(null, { config: JSON.stringify(OWN) })).toEqual({ ok: true, value: OWN });
});

test("an empty field says nothing of its setting; null takes it back", () => {
  const form = { "set.interval": " ", "set.target": "21,5", config: '{"label":null}' };
  expect(readSettingsForm(SCHEMA, form)).toEqual({ ok: true, value: { target: 21.5, label: null } });
});

test("what is wrong is told of its field", () => {
  const errors = (form: Record<string, string>, of = SCHEMA) => {
    const read = readSettingsForm(of, form);
    return read.ok ? [] : read.refusal.errors?.map(({ path, message }) => `${path} ${message}`);
  };
  expect(errors({ "set.interval": "1", "set.target": "warm", "set.mode": "3", "set.locked": "yes" })).toEqual(
    [
      "set.interval must be at least 5",
      "set.target must be a number",
      "set.mode must be one of 1, 2",
      "set.locked must be true or false",
    ],
  );
  expect(errors({ "set.label": "a", config: '{"label":"b"}' })).toEqual([
    "config names label, which has a field of its own",
  ]);
  expect(errors({ config: "{" })?.[0]).toStartWith("config is not JSON");
  expect(errors({ config: '{"volume":1}' }, { ...SCHEMA, additionalProperties: false })).toEqual([
    "config volume: is no setting of this type",
  ]);
});
