import { afterEach, beforeEach, expect, test } from "bun:test";
import type { Page } from "../../protocol/api/list.ts";
import type { ConfigLayer, ConfigVersion } from "../../protocol/config/layers.ts";
import type { Device, DeviceDetail } from "../../protocol/devices/device.ts";
import { addEstate, applyEvents, type Estate } from "../testing/estate.ts";
import { startCloud, type TestCloud } from "../testing/start-cloud.ts";

let cloud: TestCloud;
let estate: Estate;
beforeEach(async () => {
  cloud = await startCloud();
  estate = await addEstate(cloud, cloud.owner, "Cardiff Bay", {
    till: { attributes: { type: "payment-terminal" } },
    heat: { attributes: { type: "thermostat" } },
  });
});
afterEach(() => cloud[Symbol.asyncDispose]());

const put = (path: string, config: object, headers: Record<string, string> = {}) =>
  cloud.api(path, cloud.owner, { method: "PUT", json: { config }, headers });
const of = (device: string) =>
  cloud.read<DeviceDetail["config"]>(`/devices/${estate.devices[device]}/config`);
/** What gateways are told, oldest first: device, version and configuration. */
const told = async () => {
  const rows = await cloud.db.read.selectFrom("downlog").select("payload").orderBy("seq").execute();
  return rows.map(({ payload }) => {
    const { device, version, config } = JSON.parse(new TextDecoder().decode(payload));
    return [device, version, config];
  });
};

test("layers come together in a device, which hears of one only where something changes for it", async () => {
  await put("/config/organization", { interval: 60, volume: 3 });
  await put(`/config/sites/${estate.site}`, { volume: 5 });
  await put("/config/types/thermostat", { target: 20 });
  await put(`/devices/${estate.devices.heat}/config`, { target: 22, interval: null });
  expect(await of("heat")).toMatchObject({
    desired: { version: 4, config: { volume: 5, target: 22 } },
    own: { target: 22, interval: null },
    origins: { volume: "site", target: "device" },
    inSync: false,
    drift: ["target", "volume"],
  });
  expect((await of("till")).desired).toEqual({ version: 2, config: { interval: 60, volume: 5 } });
  const before = await told();
  // The device says something else of its own; of the layer below it nothing is left to hear.
  await put("/config/types/thermostat", { target: 21 });
  expect(await told()).toEqual(before);
  await put(`/config/sites/${estate.site}`, {});
  expect((await told()).slice(before.length).sort()).toEqual([
    ["heat", 5, { target: 22, volume: 3 }],
    ["till", 3, { interval: 60, volume: 3 }],
  ]);
});

test("a layer that nobody has set is empty; the same once more is no version, and what was not seen is not overwritten", async () => {
  const path = "/config/organization";
  expect(await cloud.read<ConfigLayer>(path)).toEqual({
    ...{ level: "organization", version: 0, config: {}, updatedAt: null, schema: null, schemas: [] },
    inherited: { config: {}, origins: {} },
  });
  const etag = (await put(path, { a: 1 })).headers.get("etag") ?? "";
  expect(await (await put(path, { a: 1 })).json()).toMatchObject({ version: 1 });
  expect((await put(path, { a: 2 }, { "if-match": etag })).status).toBe(200);
  const lost = await put(path, { a: 3 }, { "if-match": etag });
  expect([lost.status, await lost.json()]).toEqual([
    412,
    expect.objectContaining({ code: "record.changed" }),
  ]);
  expect(await cloud.read<ConfigLayer>(path)).toMatchObject({ version: 2, config: { a: 2 } });
});

test("every version stays with its author and what it changed, and can be had again as a new one", async () => {
  const path = `/devices/${estate.devices.till}/config`;
  for (const config of [{ a: 1, b: 1 }, { a: 2 }]) await put(path, config);
  const revert = (version: number) => cloud.api(`${path}/revert`, cloud.owner, { json: { version } });
  expect(await (await revert(1)).json()).toMatchObject({ version: 3, config: { a: 1, b: 1 } });
  expect((await of("till")).desired).toEqual({ version: 3, config: { a: 1, b: 1 } });
  const refused = await revert(9);
  expect([refused.status, await refused.json()]).toEqual([
    400,
    expect.objectContaining({ errors: [{ path: "version", message: "is none that there was" }] }),
  ]);
  const first = await cloud.read<Page<ConfigVersion>>(`${path}/history?limit=2`);
  expect(first).toMatchObject({
    items: [
      { version: 3, changed: ["a", "b"], revertOf: 1, author: "Owner" },
      { version: 2, changed: ["a", "b"], revertOf: null, author: "Owner" },
    ],
    total: 3,
  });
  const second = await cloud.read<Page<ConfigVersion>>(`${path}/history?limit=2&cursor=${first.nextCursor}`);
  expect(second.items.map(({ version, changed }) => [version, changed])).toEqual([[1, ["a", "b"]]]);
  expect(second.nextCursor).toBeNull();
});

test("devices that come, change their type or come back have what is wanted of all like them", async () => {
  await put("/config/organization", { interval: 60 });
  await put("/config/types/kiosk", { idle: 30 });
  await applyEvents(cloud, estate, cloud.owner, [
    { kind: "device.registered", device: "new", provenance: "real" },
    { kind: "device.attributes", device: "new", attributes: { type: "kiosk" } },
  ]);
  await cloud.cloud.configLayers.sweep();
  expect((await told()).at(-1)).toEqual(["new", 1, { interval: 60, idle: 30 }]);
  const till = `/devices/${estate.devices.till}`;
  const patch = (json: object) => cloud.api(till, cloud.owner, { method: "PATCH", json });
  await patch({ lifecycle: "retired" });
  await put("/config/organization", { interval: 5 });
  expect((await of("till")).desired?.config).toEqual({ interval: 60 });
  await patch({ lifecycle: "active", type: "kiosk" });
  await cloud.cloud.configLayers.sweep();
  expect((await of("till")).desired?.config).toEqual({ interval: 5, idle: 30 });
});

test("of more devices than one transaction takes, the rest is marked with the layer and reached after a crash", async () => {
  const keys = Array.from({ length: 450 }, (_, index) => `many-${index}`);
  const events = keys.map((device) => ({ kind: "device.registered", device, provenance: "real" }) as const);
  await applyEvents(cloud, estate, cloud.owner, events);
  await put("/config/organization", { interval: 60 });
  expect((await told()).length).toBe(200);
  // Nothing but the database knows of the rest.
  await cloud.cloud.configLayers.sweep();
  const all = await told();
  expect([all.length, new Set(all.map(([device]) => device)).size]).toEqual([452, 452]);
  await cloud.cloud.configLayers.sweep();
  expect((await told()).length).toBe(452);
});

test("a device that has not reported what is wanted is in the list of those, since when, until it has", async () => {
  await put("/config/types/thermostat", { target: 20 });
  const since = cloud.clock.nowMs();
  cloud.clock.advance(5_000);
  await put("/config/types/thermostat", { target: 21 });
  const drifted = async () =>
    (await cloud.read<Page<Device>>("/devices?config=drifted")).items.map(({ key }) => key);
  expect(await drifted()).toEqual(["heat"]);
  expect((await of("heat")).driftSince).toBe(new Date(since).toISOString());
  const report = (version: number, target: number) =>
    applyEvents(cloud, estate, cloud.owner, [
      { kind: "config.reported", device: "heat", version, config: { target } },
    ]);
  await report(1, 20);
  expect(await of("heat")).toMatchObject({ drift: ["target"], driftSince: new Date(since).toISOString() });
  await report(2, 21);
  expect([await drifted(), (await of("heat")).driftSince]).toEqual([[], null]);
});

test("a job adds to the device's own layer, and it is wanted once more even when it is so already", async () => {
  const id = estate.devices.till!;
  await put("/config/organization", { a: 1, c: 1 });
  await put(`/devices/${id}/config`, { b: 1 });
  const add = () => cloud.db.write((trx) => cloud.cloud.configLayers.addToDevice(trx, id, { c: 2 }));
  await add();
  expect((await of("till")).desired).toEqual({ version: 3, config: { a: 1, b: 1, c: 2 } });
  await add();
  expect((await of("till")).desired?.version).toBe(4);
  const { items } = await cloud.read<Page<ConfigVersion>>(`/devices/${id}/config/history`);
  expect(items.map(({ version, author }) => [version, author])).toEqual([
    [2, null],
    [1, "Owner"],
  ]);
});
