import { expect, test } from "bun:test";
import { differences, type Schema } from "./json-schema.ts";

const SITE: Schema = {
  type: "object",
  properties: {
    name: { type: "string" },
    at: { type: "string", format: "date-time" },
    height: { anyOf: [{ type: "number" }, { type: "null" }] },
    state: { enum: ["on", "off"] },
    points: { type: "array", items: { type: "array", prefixItems: [{ type: "integer" }], items: false } },
    tags: { type: "object", additionalProperties: { type: "boolean" } },
    id: { type: "string", pattern: "^[0-9a-f]+$" },
  },
  required: ["name"],
};
const of = (value: unknown) => differences(value, { $ref: "#/components/schemas/Site" }, { Site: SITE });

test.each([
  [
    { name: "a", at: "2026-01-01T00:00:00Z", height: null, state: "on", points: [[1]], tags: { a: true } },
    [],
  ],
  [{}, ["$.name: is missing"]],
  [{ name: 1 }, ["$.name: 1 is no string"]],
  [{ name: "a", colour: "red" }, ["$.colour: is not told of"]],
  [{ name: "a", at: "yesterday" }, ["$.at: is no time"]],
  [{ name: "a", height: "x" }, ['$.height: "x" is no number']],
  [{ name: "a", state: "dim" }, ["$.state: dim is none of them"]],
  [
    { name: "a", points: [[1.5], [1, 2]] },
    ["$.points[0][0]: 1.5 is no integer", "$.points[1][1]: is one too many"],
  ],
  [{ name: "a", tags: { a: 1 } }, ["$.tags.a: 1 is no boolean"]],
  [{ name: "a", id: "xyz" }, ["$.id: xyz is not like ^[0-9a-f]+$"]],
  [[], ["$: [] is no object"]],
])("%j differs from its schema by %j", (value, expected) => {
  expect(of(value)).toEqual(expected);
});
