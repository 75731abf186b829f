import { afterAll, beforeAll, expect, test } from "bun:test";
import { startPages, type TestPages } from "../testing/start-pages.ts";

let pages: TestPages;
beforeAll(async () => {
  pages = await startPages();
});
afterAll(() => pages[Symbol.asyncDispose]());

const offered = async (person = pages.cloud.owner, path = "/") =>
  /data-tour="(\w+)"/.exec(await (await pages.open(path, person)).text())?.[1] ?? null;

test("the tour is offered to each person until they have seen it, and comes again when it is asked for", async () => {
  const { cloud } = pages;
  const other = await cloud.addOwner("other@elsewhere.test", "Elsewhere");
  expect([await offered(), await cloud.read("/auth/tour")]).toEqual(["offer", { seen: false }]);
  for (const _ of ["once", "and once more"])
    expect((await cloud.api("/auth/tour", cloud.owner, { method: "PUT" })).status).toBe(204);
  expect([await offered(), await cloud.read("/auth/tour")]).toEqual([null, { seen: true }]);
  expect([await offered(other), await offered(cloud.owner, "/?tour")]).toEqual(["offer", "once"]);
});
