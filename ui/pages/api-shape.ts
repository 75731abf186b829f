/** A JSON Schema as a person reads it: what is sent or answered, with each value's kind and bounds in its place. */
export interface Schema {
  $ref?: string;
  type?: string;
  format?: string;
  description?: string;
  enum?: readonly unknown[];
  const?: unknown;
  default?: unknown;
  properties?: Record<string, Schema>;
  required?: readonly string[];
  additionalProperties?: boolean | Schema;
  items?: Schema | false;
  prefixItems?: readonly Schema[];
  anyOf?: readonly Schema[];
  oneOf?: readonly Schema[];
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
}

export type Schemas = Readonly<Record<string, Schema>>;

/** Objects within each other that are written out; deeper ones are only named. */
const DEPTH_MAX = 4;
const INDENT = "  ";

/** The shape in lines of text. `schemas` are those that references lead to. */
export function shapeOf(schema: Schema, schemas: Schemas, depth = 0): string {
  const named = schema.$ref?.split("/").at(-1);
  if (named !== undefined) {
    const target = schemas[named];
    return target === undefined || depth >= DEPTH_MAX ? named : shapeOf(target, schemas, depth);
  }
  const either = schema.anyOf ?? schema.oneOf;
  if (either !== undefined) return either.map((one) => shapeOf(one, schemas, depth)).join(" or ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((one) => JSON.stringify(one)).join(" or ");
  if (schema.type === "object") return objectShape(schema, schemas, depth);
  if (schema.prefixItems !== undefined)
    return `[${schema.prefixItems.map((item) => shapeOf(item, schemas, depth + 1)).join(", ")}]`;
  if (schema.type === "array") return `list of ${shapeOf(schema.items || {}, schemas, depth)}`;
  return `${KINDS[schema.type ?? ""] ?? "any JSON"}${bounds(schema)}`;
}

const KINDS: Record<string, string> = {
  string: "text",
  number: "number",
  integer: "whole number",
  boolean: "true or false",
  null: "null",
};

function objectShape(schema: Schema, schemas: Schemas, depth: number): string {
  const { properties = {}, required = [], additionalProperties } = schema;
  const names = Object.keys(properties);
  if (names.length === 0) {
    const values = typeof additionalProperties === "object" ? additionalProperties : {};
    return `object of ${shapeOf(values, schemas, depth + 1)} by name`;
  }
  if (depth >= DEPTH_MAX) return "object";
  const inner = INDENT.repeat(depth + 1);
  const lines = names.map((name) => {
    const optional = required.includes(name) ? "" : "?";
    return `${inner}${name}${optional}: ${shapeOf(properties[name] ?? {}, schemas, depth + 1)}`;
  });
  return `{\n${lines.join("\n")}\n${INDENT.repeat(depth)}}`;
}

function bounds(schema: Schema): string {
  if (schema.format === "date-time") return ", a time in ISO 8601";
  if (schema.description !== undefined) return `, ${schema.description}`;
  const unit = schema.type === "string" ? " characters" : "";
  const least = schema.type === "string" ? schema.minLength : schema.minimum;
  const most = schema.type === "string" ? schema.maxLength : schema.maximum;
  const standing = schema.default === undefined ? "" : `, ${JSON.stringify(schema.default)} when absent`;
  if (least !== undefined && most !== undefined) return `, ${least} to ${most}${unit}${standing}`;
  if (most !== undefined) return `, at most ${most}${unit}${standing}`;
  if (least !== undefined) return `, at least ${least}${unit}${standing}`;
  return standing;
}
