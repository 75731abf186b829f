import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { check } from "../validate.ts";
import { mayHear, mayPublishBeyond, maySubscribe } from "./acl.ts";
import { filterMatches, filtersOverlap } from "./filter.ts";
import { topicGrantsSchema } from "./grants.ts";

const NAMES: string[] = [];
const LEVELS = ["a", "b", "", "$x"];
for (const one of LEVELS) {
  NAMES.push(one);
  for (const two of LEVELS) {
    NAMES.push(`${one}/${two}`);
    for (const three of LEVELS) {
      NAMES.push(`${one}/${two}/${three}`);
      for (const four of LEVELS) NAMES.push(`${one}/${two}/${three}/${four}`);
    }
  }
}

/** Of at most three levels, so that two of them overlap within the names above or not at all. */
const filter = fc
  .tuple(
    fc.array(fc.constantFrom("a", "b", "", "$x", "+"), { maxLength: 2 }),
    fc.constantFrom("a", "b", "+", "#"),
  )
  .map(([levels, last]) => [...levels, last].join("/"));

describe("two filters", () => {
  test("overlap exactly when some name matches both", () => {
    fc.assert(
      fc.property(filter, filter, (one, other) => {
        const shared = NAMES.find((name) => filterMatches(one, name) && filterMatches(other, name));
        expect([one, other, filtersOverlap(one, other)]).toEqual([one, other, shared !== undefined]);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("what an installer may grant", () => {
  test.each([
    [{ publish: ["kitchen/#", "#", "+/x"], subscribe: ["homepot/+/telemetry", "#"] }, []],
    [{ publish: ["homepot/till-1/telemetry"], subscribe: [] }, ["publish.0"]],
    [{ publish: ["homepot/#", "homepot"], subscribe: [] }, ["publish.0", "publish.1"]],
    [{ publish: ["$SYS/x"], subscribe: ["$SYS/#"] }, ["publish.0", "subscribe.0"]],
    [
      { publish: [""], subscribe: ["a/#/b", "a+", "a\0b"] },
      ["publish.0", "subscribe.0", "subscribe.1", "subscribe.2"],
    ],
    [{ publish: [], subscribe: ["x".repeat(1_025), "/".repeat(100)] }, ["subscribe.0", "subscribe.1"]],
    [{ publish: Array.from({ length: 33 }, (_, index) => `a/${index}`), subscribe: [] }, ["publish"]],
  ])("%j: refused are %j", (grants, paths) => {
    const checked = check(topicGrantsSchema, grants);
    const refused = checked.ok ? [] : (checked.refusal.errors ?? []).map(({ path }) => path);
    expect([...new Set(refused)]).toEqual(paths);
  });
});

describe("what a grant allows", () => {
  const grants = { publish: ["#"], subscribe: ["homepot/+/telemetry", "kitchen/#"] };

  test("publishing is never in a device's name, nor to the broker's own topics", () => {
    expect(mayPublishBeyond("kitchen/menu", grants)).toBe(true);
    for (const name of ["homepot/till-1/telemetry", "homepot", "homepot/x", "$SYS/x"]) {
      expect([name, mayPublishBeyond(name, grants)]).toEqual([name, false]);
    }
  });

  test("a wider filter may be subscribed to, and brings what was granted and no more", () => {
    expect(maySubscribe("panel", "#", grants)).toBe(true);
    expect(maySubscribe("panel", "homepot/till-1/command/+", grants)).toBe(false);
    expect(maySubscribe("panel", "$SYS/#", grants)).toBe(false);
    expect(mayHear("panel", "homepot/till-1/telemetry", grants)).toBe(true);
    expect(mayHear("panel", "homepot/till-1/command/1", grants)).toBe(false);
    expect(mayHear("panel", "homepot/panel/command/1", grants)).toBe(true);
    expect(mayHear("panel", "$SYS/x", { publish: [], subscribe: ["#"] })).toBe(false);
  });
});
