import { expect, test } from "bun:test";
import * as v from "valibot";
import { fieldErrors } from "./validate.ts";

const schema = v.strictObject({
  name: v.pipe(v.string(), v.minLength(2), v.maxLength(4), v.regex(/^a/)),
  age: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(9))),
  kind: v.optional(v.picklist(["ping", "restart"])),
  only: v.optional(v.literal("k")),
  tags: v.optional(v.pipe(v.array(v.string()), v.nonEmpty(), v.maxLength(1))),
  on: v.optional(v.boolean()),
  mail: v.optional(v.pipe(v.string(), v.email())),
  by: v.optional(v.variant("k", [v.object({ k: v.literal("a") }), v.object({ k: v.literal("b") })])),
  own: v.optional(v.string("must be of our own words")),
  text: v.optional(v.union([v.string(), v.number()])),
});
const messages = (input: unknown) => {
  const parsed = v.safeParse(schema, input);
  return Object.fromEntries(fieldErrors(parsed.issues ?? []).map(({ path, message }) => [path, message]));
};

test("a field with several things wrong is named once, with the first of them", () => {
  const { issues } = v.safeParse(schema, { name: "bcdef" });
  expect(fieldErrors(issues ?? [])).toEqual([{ path: "name", message: "must have at most 4 characters" }]);
});

test("what is wrong is said plainly, and never echoes what came", () => {
  expect(messages(null)).toEqual({ "": "must be an object" });
  expect(messages({})).toEqual({ name: "is missing" });
  const bad = {
    name: "a",
    age: 1.5,
    kind: "pong",
    only: "j",
    tags: [],
    on: 1,
    mail: "q",
    by: { k: "c" },
    own: 7,
    text: true,
  };
  expect(messages(bad)).toEqual({
    name: "must have at least 2 characters",
    age: "must be a whole number",
    kind: "must be one of ping, restart",
    only: "must be one of k",
    tags: "must not be empty",
    on: "must be true or false",
    mail: "must be an email address",
    "by.k": "must be one of a, b",
    own: "must be of our own words",
    text: "is not valid",
  });
  expect(messages({ name: "bcdef", age: 0, tags: ["", ""], zzz: "a secret" })).toEqual({
    name: "must have at most 4 characters",
    age: "must be at least 1",
    tags: "must have at most 1 entries",
    zzz: "is no field here",
  });
  expect(messages({ name: 5, age: 10, tags: "x" })).toEqual({
    name: "must be a text",
    age: "must be at most 9",
    tags: "must be a list",
  });
});
