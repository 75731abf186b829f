import { expect, test } from "bun:test";
import { shapeOf } from "./api-shape.ts";

const SITE = {
  type: "object",
  properties: {
    name: { type: "string", minLength: 1, maxLength: 100 },
    zone: { type: "string", default: "UTC" },
    latitude: { anyOf: [{ type: "number", minimum: -90, maximum: 90 }, { type: "null" }] },
    at: { type: "string", format: "date-time" },
    health: { enum: ["ok", "bad"] },
    id: { type: "string", description: "Opaque id" },
    points: { type: "array", items: { type: "array", prefixItems: [{ type: "number" }, {}], items: false } },
    counts: { type: "object", properties: { total: { type: "integer", minimum: 0 } }, required: ["total"] },
    settings: { type: "object", additionalProperties: { type: "boolean" } },
  },
  required: ["name"],
} as const;

test("a schema is written as what is sent", () => {
  expect(shapeOf({ $ref: "#/components/schemas/Site" }, { Site: SITE })).toBe(`{
  name: text, 1 to 100 characters
  zone?: text, "UTC" when absent
  latitude?: number, -90 to 90 or null
  at?: text, a time in ISO 8601
  health?: "ok" or "bad"
  id?: text, Opaque id
  points?: list of [number, any JSON]
  counts?: {
    total: whole number, at least 0
  }
  settings?: object of true or false by name
}`);
});

test("one that is made of itself comes to an end, and one that is not there has its name", () => {
  const node = {
    type: "object",
    properties: { next: { $ref: "#/components/schemas/Node" } },
    required: ["next"],
  };
  const text = shapeOf({ $ref: "#/components/schemas/Node" }, { Node: node });
  expect(text.match(/next: Node/g)).toHaveLength(1);
  expect(shapeOf({ $ref: "#/components/schemas/Gone" }, {})).toBe("Gone");
});
