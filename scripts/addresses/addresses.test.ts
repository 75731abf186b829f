import { afterAll, beforeAll, expect, test } from "bun:test";
import { startPages, type TestPages } from "../../cloud/testing/start-pages.ts";
import { addressesOf, ENTRANCE_PAGES, FILES, filledIn, OTHERS, PAGES, READS } from "./addresses.ts";

/** Of the cloud this knows its router only, which no program prints. */

let pages: TestPages;
beforeAll(async () => {
  pages = await startPages();
});
afterAll(() => pages[Symbol.asyncDispose]());

test("every address that answers GET is in one list, and no list has another", () => {
  const routed = pages.app.routes.filter(({ method }) => method === "GET").map(({ path }) => path);
  const listed = [ENTRANCE_PAGES, PAGES, READS, FILES, OTHERS].flatMap((list) => Object.keys(list));
  const routes = new Set(routed);
  expect({
    // Add it to scripts/addresses/addresses.ts: its page is then looked at by axe, and measured by the benchmark.
    missing: [...routes.difference(new Set(listed))],
    unknown: listed.filter((path) => !routes.has(path)),
    twice: listed.filter((path, index) => listed.indexOf(path) !== index),
  }).toEqual({ missing: [], unknown: [], twice: [] });
});

test("an example is of the address it stands under, with ids in place", () => {
  for (const [path, examples] of Object.entries({ ...ENTRANCE_PAGES, ...PAGES, ...READS, ...FILES })) {
    const shape = new RegExp(`^${path.replaceAll(/:\w+/g, "[^/?]+")}(\\?|$)`);
    expect({ path, examples: examples.filter((example) => !shape.test(example)) }).toEqual({
      ...{ path, examples: [] },
    });
    expect(examples.length).toBeGreaterThan(0);
  }
  expect(filledIn("/sites/:site/edit?site=:site", { site: "s1" })).toBe("/sites/s1/edit?site=s1");
  expect(() => filledIn("/sites/:site", {})).toThrow("wants a site");
  expect(addressesOf({}, { "/a": ["/a", "/a?b"] }, { "/c": ["/c"] })).toEqual(["/a", "/a?b", "/c"]);
});
