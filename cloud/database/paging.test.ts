import { expect, test } from "bun:test";
import fc from "fast-check";
import { decodeCursor, encodeCursor, likePattern, readSort, totalOf } from "./paging.ts";

test("a cursor comes back as it was made", () => {
  const key = fc.record({ value: fc.oneof(fc.string(), fc.integer()), id: fc.string() });
  fc.assert(fc.property(key, (one) => expect(decodeCursor(encodeCursor(one))).toEqual(one)));
});

test("what is no cursor of ours is null, whatever it is", () => {
  fc.assert(
    fc.property(fc.string(), (text) => expect([null, "object"]).toContain(decodeCursor(text) && "object")),
  );
  const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  for (const text of [
    "",
    "x",
    encoded(null),
    encoded({}),
    encoded([1]),
    encoded([[], "id"]),
    encoded([1, 2]),
  ]) {
    expect(decodeCursor(text)).toBeNull();
  }
});

test("wildcards in a search are letters", () => {
  expect(likePattern("50%_\\A")).toBe("%50\\%\\_\\\\a%");
});

test("a sort names a column and a direction", () => {
  const columns = { name: "n", createdAt: "c" } as const;
  const fallback = { column: "n", descending: false } as const;
  expect(readSort<"n" | "c">(undefined, columns, fallback)).toEqual(fallback);
  expect(readSort<"n" | "c">("-createdAt", columns, fallback)).toEqual({ column: "c", descending: true });
  expect(readSort<"n" | "c">("colour", columns, fallback)).toBeNull();
  expect(readSort<"n" | "c">("constructor", columns, fallback)).toBeNull();
});

test("a list is counted only where one of its pages is not all of it", async () => {
  const counted = async () => 7;
  expect(await totalOf([1, 2], { limit: 2 }, counted)).toBe(2);
  expect(await totalOf([1, 2, 3], { limit: 2 }, counted)).toBe(7);
  expect(await totalOf([1, 2], { limit: 2, cursor: "after" }, counted)).toBe(7);
});
