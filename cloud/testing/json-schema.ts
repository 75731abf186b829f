/** As much of JSON Schema 2020-12 as our document has. */
export interface Schema {
  $ref?: string;
  type?: string;
  format?: string;
  pattern?: string;
  enum?: readonly unknown[];
  const?: unknown;
  properties?: Record<string, Schema>;
  required?: readonly string[];
  additionalProperties?: boolean | Schema;
  items?: Schema | false;
  prefixItems?: readonly Schema[];
  anyOf?: readonly Schema[];
  oneOf?: readonly Schema[];
}

type Schemas = Readonly<Record<string, Schema>>;

/**
 * Where a value is not as its schema says, or has a field that the schema does not tell of; empty when all is well.
 * Stricter than JSON Schema itself: what is not told of is not documented.
 */
export function differences(value: unknown, schema: Schema, schemas: Schemas, at = "$"): string[] {
  const named = schema.$ref?.split("/").at(-1);
  if (named !== undefined) {
    const target = schemas[named];
    return target === undefined ? [`${at}: no schema ${named}`] : differences(value, target, schemas, at);
  }
  const either = schema.anyOf ?? schema.oneOf;
  if (either !== undefined) {
    const tried = either.map((one) => differences(value, one, schemas, at));
    // Of several that do not fit, the one that nearly does says most.
    return tried.reduce((least, one) => (one.length < least.length ? one : least));
  }
  if (schema.const !== undefined) return value === schema.const ? [] : [`${at}: is not ${schema.const}`];
  if (schema.enum !== undefined)
    return schema.enum.includes(value) ? [] : [`${at}: ${value} is none of them`];
  if (schema.type === undefined) return [];
  if (!isOfType(value, schema.type)) return [`${at}: ${JSON.stringify(value)} is no ${schema.type}`];
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => {
      const of = schema.prefixItems?.[index] ?? (schema.items || undefined);
      if (of === undefined)
        return schema.prefixItems === undefined ? [] : [`${at}[${index}]: is one too many`];
      return differences(item, of, schemas, `${at}[${index}]`);
    });
  }
  if (schema.type === "object") return objectDifferences(value as object, schema, schemas, at);
  return textDifferences(value, schema, at);
}

function objectDifferences(value: object, schema: Schema, schemas: Schemas, at: string): string[] {
  const { properties = {}, required = [], additionalProperties } = schema;
  const missing = required.filter((name) => !(name in value)).map((name) => `${at}.${name}: is missing`);
  // A schema without any property of its own is of an object by name.
  const isRecord = Object.keys(properties).length === 0 || additionalProperties !== undefined;
  const more = typeof additionalProperties === "object" ? additionalProperties : {};
  return Object.entries(value).reduce((found, [name, inner]) => {
    const known = properties[name] ?? (isRecord && additionalProperties !== false ? more : undefined);
    if (known === undefined) found.push(`${at}.${name}: is not told of`);
    else found.push(...differences(inner, known, schemas, `${at}.${name}`));
    return found;
  }, missing);
}

function textDifferences(value: unknown, { format, pattern }: Schema, at: string): string[] {
  if (format === "date-time" && Number.isNaN(Date.parse(String(value)))) return [`${at}: is no time`];
  if (pattern !== undefined && !new RegExp(pattern, "u").test(String(value)))
    return [`${at}: ${value} is not like ${pattern}`];
  return [];
}

function isOfType(value: unknown, type: string): boolean {
  if (type === "null") return value === null;
  if (type === "array") return Array.isArray(value);
  if (type === "integer") return Number.isInteger(value);
  if (type === "object") return typeof value === "object" && value !== null && !Array.isArray(value);
  return typeof value === type;
}
