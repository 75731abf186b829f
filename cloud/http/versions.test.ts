import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Problem } from "../../protocol/errors.ts";
import { addEstate, type Estate } from "../testing/estate.ts";
import { startCloud, type TestCloud } from "../testing/start-cloud.ts";
import { changedSince, meetings, refuseLostUpdate, versionOf } from "./versions.ts";

let cloud: TestCloud;
let estate: Estate;

beforeAll(async () => {
  cloud = await startCloud();
  estate = await addEstate(cloud, cloud.owner, "Cardiff Bay", { till: { connectivity: "online" } });
});
afterAll(() => cloud[Symbol.asyncDispose]());

const get = (path: string, headers: Record<string, string> = {}) => cloud.api(path, cloud.owner, { headers });
const etagOf = async (path: string) => (await get(path)).headers.get("etag") ?? "";
const send = (method: string, path: string, json: unknown, ifMatch?: string) =>
  cloud.api(path, cloud.owner, {
    method,
    json,
    ...(ifMatch === undefined ? {} : { headers: { "if-match": ifMatch } }),
  });
/** Records that can be read and changed, with three changes that follow each other. */
const records = (): { path: string; method: string; changes: [object, object, object]; field: string }[] => [
  {
    path: `/sites/${estate.site}`,
    method: "PUT",
    field: "address",
    changes: [1, 2, 3].map((n) => ({ name: "Cardiff Bay", address: `Quay ${n}`, latitude: n })) as never,
  },
  {
    path: `/devices/${estate.devices.till}`,
    method: "PATCH",
    field: "name",
    changes: [{ name: "Till 1" }, { name: "Till 2" }, { name: "Till 3" }],
  },
  {
    path: `/devices/${estate.devices.till}/config`,
    method: "PUT",
    field: "config",
    changes: [1, 2, 3].map((volume) => ({ config: { volume } })) as never,
  },
  {
    path: "/organization/retention",
    method: "PATCH",
    field: "rawDays",
    changes: [{ rawDays: 10 }, { rawDays: 20 }, { rawDays: 30 }],
  },
];

describe("a record that people change", () => {
  test("is not sent again to who has it, and is when anything of it is different", async () => {
    const path = `/sites/${estate.site}`;
    const etag = await etagOf(path);
    expect(etag).toMatch(/^"[\w-]+\.[\w-]{16}"$/);
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      const answer = await get(path, { "if-none-match": known });
      expect([answer.status, answer.headers.get("etag"), await answer.text()]).toEqual([304, etag, ""]);
    }
    await addEstate(cloud, cloud.owner, "Cardiff Bay", { meter: { connectivity: "online" } });
    expect((await get(path, { "if-none-match": etag })).status).toBe(200);
  });

  test.each([0, 1, 2, 3])(
    "is changed by who knows its newest version, and by nobody who does not (%p)",
    async (index) => {
      const { path, method, changes, field } = records()[index]!;
      const before = await etagOf(path);
      const first = await send(method, path, changes[0], before);
      expect([first.status, first.headers.get("etag")]).toEqual([200, await etagOf(path)]);
      const lost = await send(method, path, changes[1], before);
      const problem = (await lost.json()) as Problem;
      expect([lost.status, problem.code, problem.etag]).toEqual([
        412,
        "record.changed",
        lost.headers.get("etag")!,
      ]);
      expect(problem.errors?.map((error) => error.path)).toContain(field);
      expect((await send(method, path, changes[1], problem.etag)).status).toBe(200);
      expect((await send(method, path, changes[2])).status).toBe(200);
      expect((await send(method, path, changes[2], `"other", ${await etagOf(path)}`)).status).toBe(200);
      expect((await send(method, path, changes[2], "*")).status).toBe(200);
      for (const none of [`W/${await etagOf(path)}`, "", "x"]) {
        expect([none, (await send(method, path, changes[0], none)).status]).toEqual([none, 412]);
      }
    },
  );

  test("says which fields are different, and as what", async () => {
    const path = `/sites/${estate.site}`;
    await send("PUT", path, { name: "Cardiff Bay" });
    const before = await etagOf(path);
    await send("PUT", path, { name: "Cardiff Bay", address: "Mermaid Quay", timeZone: "Europe/London" });
    const problem = (await (await send("PUT", path, { name: "Penarth" }, before)).json()) as Problem;
    expect(problem.errors).toEqual([
      { path: "address", message: 'is now "Mermaid Quay"' },
      { path: "timeZone", message: 'is now "Europe/London"' },
    ]);
  });

  test("can be changed though its devices come and go meanwhile", async () => {
    const path = `/sites/${estate.site}`;
    const before = await etagOf(path);
    await addEstate(cloud, cloud.owner, "Cardiff Bay", { scale: { connectivity: "offline" } });
    expect(await etagOf(path)).not.toBe(before);
    expect((await send("PUT", path, { name: "Cardiff Bay" }, before)).status).toBe(200);
  });

  test("is not deleted by who has not seen what it became", async () => {
    const made = await cloud.api("/sites", cloud.owner, { json: { name: "Short-lived" } });
    const path = `/sites/${((await made.json()) as { id: string }).id}`;
    const before = await etagOf(path);
    await send("PUT", path, { name: "Kept after all" });
    const headers = { "if-match": before };
    expect((await cloud.api(path, cloud.owner, { method: "DELETE", headers })).status).toBe(412);
    expect((await get(path)).status).toBe(200);
    const newest = { "if-match": await etagOf(path) };
    expect((await cloud.api(path, cloud.owner, { method: "DELETE", headers: newest })).status).toBe(204);
  });

  test("is changed once by two who know the same version", async () => {
    const path = `/sites/${estate.site}`;
    const before = await etagOf(path);
    const both = await Promise.all([
      send("PUT", path, { name: "Cardiff Bay", address: "A" }, before),
      send("PUT", path, { name: "Cardiff Bay", address: "B" }, before),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
  });
});

describe("a version", () => {
  const record = fc.record({ a: fc.jsonValue(), b: fc.jsonValue(), c: fc.jsonValue() });

  test("tells exactly the fields that changed since", async () => {
    await fc.assert(
      fc.asyncProperty(record, record, async (then, now) => {
        const names = (["a", "b", "c"] as const).filter(
          (name) => JSON.stringify(then[name]) !== JSON.stringify(now[name]),
        );
        expect(await changedSince(await versionOf(then), now)).toEqual(names);
        expect((await refuseLostUpdate([await versionOf(then)], now)) === null).toBe(names.length === 0);
      }),
    );
  });

  test("of another record, or of none, is one in which everything was different", async () => {
    expect(await changedSince("nonsense", { a: 1, b: 2 })).toEqual(["a", "b"]);
    expect(await versionOf({ a: undefined, b: 2 })).toBe(await versionOf({ b: 2, a: null }));
  });

  test("shows where two edits meet, and which of them is only an old value", async () => {
    const version = await versionOf({ a: 1, b: 1, c: 1 });
    expect(await meetings(version, { a: 2, b: 1, c: 1 }, { a: 3, b: 3, c: 1 })).toEqual([
      { field: "a", untouched: false },
      { field: "b", untouched: true },
    ]);
    expect(await meetings(version, { a: 2, b: 1, c: 3 }, { a: 2, b: 1, c: 1 })).toEqual([]);
  });
});
