import { expect, test } from "bun:test";
import { DAY } from "../../protocol/units.ts";
import { clonedMs } from "./clones.ts";

test("that two machines were one gateway is shown for a day", () => {
  expect(clonedMs(null, DAY)).toBeNull();
  expect(clonedMs(1, DAY)).toBe(1);
  expect(clonedMs(1, DAY + 1)).toBeNull();
});
