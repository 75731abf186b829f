import { describe, expect, test } from "bun:test";
import { check } from "../validate.ts";
import { CUSTOM_ATTRIBUTES_MAX, customAttributesSchema } from "./custom-attributes.ts";
import { TAGS_MAX, tagsSchema } from "./tags.ts";
import { customAttributesTextSchema, labelTexts, tagsTextSchema } from "./texts.ts";

const message = (schema: Parameters<typeof check>[0], input: unknown) => {
  const checked = check(schema, input);
  return checked.ok ? checked.value : checked.refusal.errors?.[0]?.message;
};

describe("tags", () => {
  test("are lower case, in order, each once", () => {
    expect(message(tagsSchema, [" Pilot", "bar", "pilot", "floor:2", "küche"])).toEqual([
      ...["bar", "floor:2", "küche", "pilot"],
    ]);
  });

  test.each([[["two words"]], [[""]], [[".hidden"]], [["x".repeat(41)]], ["bar"], [[7]]])(
    "%p are refused",
    (input) => expect(message(tagsSchema, input)).toMatch(/^must be/),
  );

  test("are bounded in number", () => {
    const many = Array.from({ length: TAGS_MAX + 1 }, (_, index) => `tag-${index}`);
    expect(message(tagsSchema, many)).toBe(`must be at most ${TAGS_MAX} tags`);
    expect(message(tagsSchema, many.slice(1))).toHaveLength(TAGS_MAX);
  });

  test("are typed with spaces, commas or lines between them", () => {
    expect(message(tagsTextSchema, " Bar, pilot\nfloor:2;x  ")).toEqual(["bar", "floor:2", "pilot", "x"]);
    expect(message(tagsTextSchema, "")).toEqual([]);
  });
});

describe("custom attributes", () => {
  test("are texts by name, in order of the names", () => {
    const given = { shelf: " 3 ", "Asset no.": "A-17" };
    expect(JSON.stringify(message(customAttributesSchema, given))).toBe('{"Asset no.":"A-17","shelf":"3"}');
  });

  test.each([[{ "": "x" }], [{ "a:b": "x" }], [{ a: "" }], [{ a: 1 }], [{ a: "x".repeat(257) }]])(
    "%p are refused",
    (input) => expect(check(customAttributesSchema, input).ok).toBe(false),
  );

  test("are bounded in number", () => {
    const many = Object.fromEntries(
      Array.from({ length: CUSTOM_ATTRIBUTES_MAX + 1 }, (_, index) => [`n${index}`, "x"]),
    );
    expect(message(customAttributesSchema, many)).toContain("at most");
  });

  test("are typed one to a line, and come back as they were typed", () => {
    const typed = "Asset: A-17\nNote: a: b";
    const attributes = message(customAttributesTextSchema, `${typed}\n\n`);
    expect(attributes).toEqual({ Asset: "A-17", Note: "a: b" });
    expect(labelTexts({ tags: ["a", "b"], customAttributes: attributes as never })).toEqual({
      tags: "a b",
      customAttributes: typed,
    });
  });

  test.each([
    ["Asset: 1\nShelf 3", "line 2 must be a name"],
    ["Asset:", "line 1 must be a name"],
    ["A: 1\nA: 2", "line 2 names A a second time"],
  ])("%p is refused and says which line", (text, part) => {
    expect(message(customAttributesTextSchema, text)).toContain(part);
  });
});
