import { expect, test } from "bun:test";
import { SizedCache } from "./sized-cache.ts";

test("what was used last stays, up to the number of bytes", () => {
  const cache = new SizedCache<string>(10);
  cache.set("a", "A", 4);
  cache.set("b", "B", 4);
  expect(cache.get("a")).toBe("A");
  cache.set("c", "C", 4);
  expect([cache.get("a"), cache.get("b"), cache.get("c")]).toEqual(["A", undefined, "C"]);
  cache.set("a", "bigger", 6);
  expect([cache.get("a"), cache.sizeBytes]).toEqual(["bigger", 10]);
});

test("what is larger than all of it is not kept", () => {
  const cache = new SizedCache<string>(10);
  cache.set("a", "A", 11);
  expect([cache.get("a"), cache.sizeBytes]).toEqual([undefined, 0]);
});
