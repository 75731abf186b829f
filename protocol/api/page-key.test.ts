import { expect, test } from "bun:test";
import fc from "fast-check";
import { decodeCursor, encodeCursor } from "./page-key.ts";

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
