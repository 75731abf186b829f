import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { Page } from "../../protocol/api/list.ts";
import type { BulkChange, BulkPreview } from "../../protocol/devices/bulk.ts";
import type { Device } from "../../protocol/devices/device.ts";
import { checkScenario } from "../testing/api-scenario.ts";
import { addEstate, type Estate } from "../testing/estate.ts";
import { type Person, startCloud, type TestCloud } from "../testing/start-cloud.ts";

let cloud: TestCloud;
let other: Person;
let foreign: Estate;
let estate: Estate;
let round = 0;

beforeAll(async () => {
  cloud = await startCloud();
  other = await cloud.addOwner("other@elsewhere.test", "Elsewhere");
  foreign = await addEstate(cloud, other, "Foreign", { till: {} });
});
beforeEach(async () => {
  round += 1;
  estate = await addEstate(cloud, cloud.owner, `Site ${round}`, {
    till: { connectivity: "online" },
    kiosk: { connectivity: "online" },
    meter: { connectivity: "offline" },
  });
});
afterAll(() => cloud[Symbol.asyncDispose]());

const here = () => ({ site: estate.site });
const send = (path: string, json: object, person = cloud.owner) => cloud.api(path, person, { json });
const change = async (targets: object, action: object): Promise<BulkChange> => {
  const answer = await send("/devices/bulk", { targets, action });
  expect(answer.status).toBe(201);
  return (await answer.json()) as BulkChange;
};
const undo = async ({ id }: BulkChange) =>
  (await (await send(`/devices/bulk/${id}/undo`, {})).json()) as BulkChange;
const found = async (query: string) =>
  (await cloud.read<Page<Device>>(`/devices?site=${estate.site}&${query}`)).items
    .map(({ key }) => key)
    .sort();
const id = (key: string): string => estate.devices[key]!;

describe("many devices", () => {
  test("are looked at before, by a filter and picked", async () => {
    const look = async (targets: object) =>
      (await (await send("/devices/bulk/preview", targets)).json()) as BulkPreview;
    expect(await look({ filter: { ...here(), connectivity: "online" } })).toEqual({
      total: 2,
      some: ["kiosk", "till"].map((name) => ({
        id: id(name),
        name,
        siteName: `Site ${round}`,
        provenance: "real",
      })),
    });
    expect((await look({ ids: [id("meter"), id("meter"), foreign.devices.till!] })).total).toBe(1);
  });

  test("get a tag, and those that had it keep it when that is undone", async () => {
    await cloud.api(`/devices/${id("till")}`, cloud.owner, { method: "PATCH", json: { tags: ["bar"] } });
    const done = await change({ filter: here() }, { kind: "add-tag", tag: "Bar" });
    expect([done.targets, done.changed, done.undoneAt]).toEqual([3, 2, null]);
    expect(await found("tag=bar")).toEqual(["kiosk", "meter", "till"]);
    expect((await undo(done)).undoneAt).not.toBeNull();
    expect(await found("tag=bar")).toEqual(["till"]);
  });

  test("lose a tag, and get it back", async () => {
    await change({ ids: [id("till"), id("kiosk")] }, { kind: "add-tag", tag: "bar" });
    const done = await change({ filter: here() }, { kind: "remove-tag", tag: "bar" });
    expect([done.changed, await found("tag=bar")]).toEqual([2, []]);
    await undo(done);
    expect(await found("tag=bar")).toEqual(["kiosk", "till"]);
  });

  test("are retired and come back as they were, but for one that was restored meanwhile", async () => {
    await cloud.api(`/devices/${id("kiosk")}`, cloud.owner, {
      method: "PATCH",
      json: { lifecycle: "suspended" },
    });
    const done = await change({ filter: here() }, { kind: "retire" });
    expect([done.changed, await found("")]).toEqual([3, []]);
    await send(`/devices/${id("till")}/restore`, {});
    await undo(done);
    const items = (await cloud.read<Page<Device>>(`/devices?site=${estate.site}`)).items;
    expect(items.map(({ key, lifecycle, retiredAt }) => [key, lifecycle, retiredAt]).sort()).toEqual([
      ["kiosk", "suspended", null],
      ["meter", "active", null],
      ["till", "active", null],
    ]);
  });

  test("are restored, unless their site is deleted, and retired again when that is undone", async () => {
    await change({ filter: here() }, { kind: "retire" });
    const done = await change({ filter: { ...here(), lifecycle: "retired" } }, { kind: "restore" });
    expect([done.changed, await found("")]).toEqual([3, ["kiosk", "meter", "till"]]);
    await undo(done);
    expect(await found("")).toEqual([]);
    await cloud.api(`/sites/${estate.site}`, cloud.owner, { method: "DELETE" });
    const none = await change({ filter: { ...here(), lifecycle: "retired" } }, { kind: "restore" });
    expect([none.targets, none.changed]).toEqual([3, 0]);
  });

  test("are deleted, and back as they were when that is undone, but for those somebody deleted again", async () => {
    await change({ ids: [id("meter")] }, { kind: "retire" });
    const done = await change({ ids: [id("till"), id("kiosk"), id("meter")] }, { kind: "delete" });
    const gone = await cloud.read<Page<Device>>(`/devices?deleted=true&site=${here().site}`);
    expect([done.changed, await found(""), gone.total]).toEqual([3, [], 3]);
    expect((await cloud.api(`/devices/${id("till")}`, cloud.owner)).status).toBe(404);
    await cloud.api(`/devices/${id("kiosk")}/restore`, cloud.owner, { method: "POST" });
    cloud.clock.advance(1);
    await cloud.api(`/devices/${id("kiosk")}`, cloud.owner, { method: "DELETE" });
    await undo(done);
    expect([await found(""), await found("&lifecycle=retired")]).toEqual([["till"], ["meter"]]);
    await cloud.api(`/devices/${id("kiosk")}/restore`, cloud.owner, { method: "POST" });
    expect(await found("")).toEqual(["kiosk", "till"]);
  });

  test("of another organisation are not meant, nor is its change undone", async () => {
    const done = await change({ ids: [foreign.devices.till!] }, { kind: "retire" });
    expect([done.targets, done.changed]).toEqual([0, 0]);
    const theirs = await send(
      "/devices/bulk",
      { targets: { filter: {} }, action: { kind: "retire" } },
      other,
    );
    const { id: foreignChange } = (await theirs.json()) as BulkChange;
    expect((await send(`/devices/bulk/${foreignChange}/undo`, {})).status).toBe(404);
    expect((await cloud.read<Page<Device>>("/devices", other)).total).toBe(0);
  });

  test("are left alone, all of them, when something is wrong", async () => {
    const refused = { path: "/devices/bulk", method: "POST" } as const;
    const tags = Array.from({ length: 20 }, (_, index) => `t${index}`);
    await cloud.api(`/devices/${id("till")}`, cloud.owner, { method: "PATCH", json: { tags } });
    const scenarios = [
      { name: "both", json: { targets: { ids: [id("till")], filter: {} }, action: { kind: "retire" } } },
      { name: "neither", json: { targets: {}, action: { kind: "retire" } } },
      { name: "no tag", json: { targets: { filter: {} }, action: { kind: "add-tag" } } },
      { name: "a bad filter", json: { targets: { filter: { health: "ill" } }, action: { kind: "retire" } } },
      { name: "an unknown action", json: { targets: { filter: {} }, action: { kind: "explode" } } },
      {
        name: "one tag too many for one of them",
        json: { targets: { filter: here() }, action: { kind: "add-tag", tag: "more" } },
        fields: ["action.tag"],
      },
    ];
    for (const scenario of scenarios) await checkScenario(cloud, { ...refused, status: 400, ...scenario });
    await checkScenario(cloud, {
      ...refused,
      name: "not as many as the person saw",
      json: { targets: { filter: here() }, action: { kind: "retire" }, expected: 2 },
      status: 409,
      code: "record.conflict",
      has: ["3 devices are meant now, not 2"],
    });
    expect(await found("tag=more")).toEqual([]);
  });

  test("are changed with one word in the audit log, and undone once", async () => {
    const done = await change({ filter: here() }, { kind: "add-tag", tag: "bar" });
    await undo(done);
    await checkScenario(cloud, {
      name: "a second time",
      path: `/devices/bulk/${done.id}/undo`,
      json: {},
      status: 409,
      code: "record.conflict",
    });
    const { items } = await cloud.read<Page<{ action: string; target: { name: string } }>>(
      `/audit?target=${done.id}`,
    );
    expect(items.map(({ action, target }) => [action, target.name])).toEqual([
      ["device.bulk-undo", "3 devices"],
      ["device.bulk", "3 devices"],
    ]);
    expect((await cloud.read<BulkChange>(`/devices/bulk/${done.id}`)).changed).toBe(3);
  });
});
