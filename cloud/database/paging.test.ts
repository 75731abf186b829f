import { expect, test } from "bun:test";
import { encodeCursor } from "../../protocol/api/page-key.ts";
import { cutPage, eachPage, likePattern, orderBy, totalOf } from "./paging.ts";

test("wildcards in a search are letters", () => {
  expect(likePattern("50%_\\A")).toBe("%50\\%\\_\\\\a%");
});

test("a sort names a column and a direction", () => {
  const columns = { name: "n", createdAt: "c" } as const;
  const fallback = { column: "n", descending: false } as const;
  expect(orderBy(undefined, columns, fallback)).toEqual(fallback);
  expect(orderBy("createdAt", columns, fallback)).toEqual({ column: "c", descending: false });
  expect(orderBy("-createdAt", columns, fallback)).toEqual({ column: "c", descending: true });
});

test("a list is counted only where one of its pages is not all of it", async () => {
  const counted = async () => 7;
  expect(await totalOf([1, 2], { limit: 2 }, counted)).toBe(2);
  expect(await totalOf([1, 2, 3], { limit: 2 }, counted)).toBe(7);
  expect(await totalOf([1, 2], { limit: 2, cursor: { value: 2, id: "" } }, counted)).toBe(7);
});

test("a page ends at its limit, and names where the next begins only where there is more", () => {
  const keyOf = (row: number) => ({ value: row, id: `${row}` });
  expect(cutPage([1, 2], 2, keyOf)).toEqual({ page: [1, 2], nextCursor: null });
  expect(cutPage([1, 2, 3], 2, keyOf)).toEqual({
    page: [1, 2],
    nextCursor: encodeCursor({ value: 2, id: "2" }),
  });
});

test("page after page has each row once, and the last page ends it", async () => {
  const rows = [1, 2, 3, 4, 5];
  const select = async (after = { value: 0 as string | number, id: "" }) =>
    rows.filter((row) => row > Number(after.value)).slice(0, 3);
  const pages = await Array.fromAsync(eachPage(select, 2, (row) => ({ value: row, id: "" })));
  expect(pages).toEqual([[1, 2], [3, 4], [5]]);
});
