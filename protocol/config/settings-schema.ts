import * as v from "valibot";
import { timestampSchema } from "../api/list.ts";
import type { FieldError } from "../errors.ts";
import type { ConfigValues, Json } from "./device-config.ts";

/**
 * What settings devices of a type have, as a subset of JSON Schema (draft 2020-12): settings by name, each a text, a number or a
 * switch, with its bounds or its choices. `unit` is ours, and an annotation. Forms are made from it, and values are checked
 * against it; the devices themselves never see it.
 */

/** What a setting is. Lists and objects are none of these: they are written as JSON, and not checked. */
export const SETTING_TYPES = ["string", "number", "integer", "boolean"] as const;
export type SettingType = (typeof SETTING_TYPES)[number];
export const SETTINGS_MAX = 100;
const CHOICES_MAX = 50;

const text = (most: number) =>
  v.optional(
    v.pipe(v.string("must be a text"), v.trim(), v.maxLength(most, `must have at most ${most} characters`)),
  );
const number = v.optional(v.pipe(v.number("must be a number"), v.finite("must be a number")));
const length = v.optional(
  v.pipe(
    v.number("must be a number"),
    v.integer("must be a whole number"),
    v.minValue(0, "must be at least 0"),
    v.maxValue(10_000, "must be at most 10000"),
  ),
);
const scalar = v.union([v.string(), v.number(), v.boolean()], "must be a text, a number, true or false");

const settingEntries = {
  type: v.picklist(SETTING_TYPES, "must be string, number, integer or boolean"),
  /** How people know it; absent: its name. */
  title: text(80),
  description: text(300),
  /** Of a number: `s`, `°C`. */
  unit: text(20),
  /** Of numbers, both included. */
  minimum: number,
  maximum: number,
  /** Of texts, in UTF-16 code units. */
  minLength: length,
  maxLength: length,
  /** The only values there are. */
  enum: v.optional(
    v.pipe(
      v.array(scalar, "must be a list"),
      v.minLength(1, "must have a choice at least"),
      v.maxLength(CHOICES_MAX, `must have at most ${CHOICES_MAX} choices`),
    ),
  ),
  /** What devices run with where nothing is wanted of them: it is shown, and sent to nobody. */
  default: v.optional(scalar),
};

export const settingSchema = v.pipe(
  v.strictObject(settingEntries),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    for (const [key, message] of contradictions(dataset.value)) {
      const value = dataset.value[key];
      addIssue({ message, path: [{ type: "object", origin: "value", input: dataset.value, key, value }] });
    }
  }),
);
export type Setting = v.InferOutput<typeof settingSchema>;

/** Keywords that do not go together, each with what is wrong. */
function contradictions(setting: Setting): [keyof Setting, string][] {
  const found: [keyof Setting, string][] = [];
  const { type, minimum, maximum, minLength, maxLength, default: usual, ...rest } = setting;
  const isNumber = type === "number" || type === "integer";
  for (const key of ["minimum", "maximum"] as const)
    if (setting[key] !== undefined && !isNumber) found.push([key, "is for numbers only"]);
  for (const key of ["minLength", "maxLength"] as const)
    if (setting[key] !== undefined && type !== "string") found.push([key, "is for texts only"]);
  if (minimum !== undefined && maximum !== undefined && minimum > maximum)
    found.push(["maximum", "must not be less than the minimum"]);
  if (minLength !== undefined && maxLength !== undefined && minLength > maxLength)
    found.push(["maxLength", "must not be less than minLength"]);
  if (rest.enum?.some((choice) => typeProblem(type, choice) !== null))
    found.push(["enum", `must have values of the type ${type} only`]);
  const wrong = usual === undefined ? null : settingProblem(setting, usual);
  if (wrong !== null) found.push(["default", wrong]);
  return found;
}

const settingName = v.pipe(
  v.string(),
  v.minLength(1, "must have a name"),
  v.maxLength(64, "must have at most 64 characters"),
);

export const settingsSchemaSchema = v.pipe(
  v.strictObject({
    type: v.optional(v.literal("object", "must be object"), "object"),
    properties: v.pipe(
      v.record(settingName, settingSchema),
      v.check((all) => Object.keys(all).length <= SETTINGS_MAX, `must be at most ${SETTINGS_MAX} settings`),
    ),
    /** `false`: devices of the type have no other settings. Absent: they may. */
    additionalProperties: v.optional(v.boolean("must be true or false"), true),
  }),
  v.metadata({ ref: "SettingsSchema" }),
);
export type SettingsSchema = v.InferOutput<typeof settingsSchemaSchema>;

/** `PUT /api/v1/config/types/{type}/schema`; null takes it away. */
export const settingsSchemaInputSchema = v.pipe(
  v.strictObject({ schema: v.nullable(settingsSchemaSchema) }),
  v.metadata({ ref: "SettingsSchemaInput" }),
);

/** The schema of a type; null where it has none. `version` is 0 while nobody has made one; one more with every change. */
export const typeSchemaSchema = v.pipe(
  v.object({
    type: v.string(),
    version: v.pipe(v.number(), v.integer(), v.minValue(0)),
    schema: v.nullable(settingsSchemaSchema),
    updatedAt: v.nullable(timestampSchema),
  }),
  v.metadata({ ref: "TypeSchema" }),
);
export type TypeSchema = v.InferOutput<typeof typeSchemaSchema>;

/** What is wrong with a value of a setting; null for nothing. */
export function settingProblem(setting: Setting, value: Json): string | null {
  const { type, minimum, maximum, minLength, maxLength, enum: choices } = setting;
  const wrong = typeProblem(type, value);
  if (wrong !== null) return wrong;
  if (choices !== undefined && !choices.includes(value as never))
    return `must be one of ${choices.map(String).join(", ")}`;
  if (typeof value === "number") {
    if (minimum !== undefined && value < minimum) return `must be at least ${minimum}`;
    if (maximum !== undefined && value > maximum) return `must be at most ${maximum}`;
  }
  if (typeof value === "string") {
    if (minLength !== undefined && value.length < minLength)
      return `must have at least ${minLength} characters`;
    if (maxLength !== undefined && value.length > maxLength)
      return `must have at most ${maxLength} characters`;
  }
  return null;
}

function typeProblem(type: SettingType, value: Json): string | null {
  switch (type) {
    case "string":
      return typeof value === "string" ? null : "must be a text";
    case "boolean":
      return typeof value === "boolean" ? null : "must be true or false";
    case "number":
      return typeof value === "number" ? null : "must be a number";
    case "integer":
      if (typeof value !== "number") return "must be a number";
      return Number.isInteger(value) ? null : "must be a whole number";
  }
}

/**
 * What the schema refuses of these settings, each at `config.<name>`. `null` takes a setting back, and is never refused.
 * `alone`: they are for devices of this type only, so that what the schema does not know may be refused.
 */
export function settingsProblems(
  { properties, additionalProperties }: SettingsSchema,
  config: ConfigValues,
  alone = true,
): FieldError[] {
  return Object.entries(config).flatMap(([name, value]) => {
    if (value === null) return [];
    const setting = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (setting === undefined)
      return additionalProperties || !alone
        ? []
        : [{ path: `config.${name}`, message: "is no setting of this type" }];
    const message = settingProblem(setting, value);
    return message === null ? [] : [{ path: `config.${name}`, message }];
  });
}
