import { afterEach, beforeEach, expect, test } from "bun:test";
import { encodeChunk } from "../../protocol/chunks/chunk.ts";
import { readDownlogEvent } from "../../protocol/log/kinds.ts";
import { DAY, HOUR, MINUTE } from "../../protocol/units.ts";
import { createDeviceApplier } from "../devices/devices.ts";
import { readSealedChunk, storeChunks } from "../telemetry/telemetry.ts";
import { zstd } from "../telemetry/zstd.ts";
import { addEstate, applyEvents, type Estate } from "../testing/estate.ts";
import { startCloud, type TestCloud } from "../testing/start-cloud.ts";

let cloud: TestCloud;
let estate: Estate;
beforeEach(async () => {
  cloud = await startCloud();
  estate = await addEstate(cloud, cloud.owner, "Cardiff Bay", {
    till: { connectivity: "online", metrics: { battery: 80 } },
    meter: { metrics: { power: 1 } },
  });
  for (const device of Object.values(estate.devices)) await addChunks(device, 3);
});
afterEach(() => cloud[Symbol.asyncDispose]());

async function addChunks(deviceId: string, minutes: number): Promise<void> {
  const chunks = Array.from({ length: minutes }, (_, minute) => {
    const readings = [{ atMs: cloud.clock.nowMs() + minute * MINUTE, values: { battery: minute } }];
    const sealed = readSealedChunk(encodeChunk({ device: "till", readings }, zstd), zstd);
    if (!sealed.ok) throw new Error(sealed.refusal.detail);
    return { deviceId, chunk: sealed.value, skewMs: 0 };
  });
  await cloud.db.write((trx) => storeChunks(trx, chunks, cloud.clock.nowMs()));
}
const remove = (path: string) => cloud.api(path, cloud.owner, { method: "DELETE" });
const keys = async () =>
  (await cloud.db.read.selectFrom("device").select("key").orderBy("key").execute()).map(({ key }) => key);
const chunks = async () => (await cloud.db.read.selectFrom("chunk").select("id").execute()).length;
const down = async () =>
  (await cloud.db.read.selectFrom("downlog").selectAll().orderBy("seq").execute()).map(
    ({ seq, kind, at_ms: atMs, payload }) => readDownlogEvent({ seq, kind, atMs, payload }),
  );
/** The newest entry of the audit log. */
const lastDeed = () =>
  cloud.db.read
    .selectFrom("audit_entry")
    .select(["action", "actor_id", "actor_name"])
    .orderBy("seq", "desc")
    .executeTakeFirst();

test("a device goes with what it measured when its time is over, and its gateway hears of it", async () => {
  await cloud.api("/devices/bulk", cloud.owner, {
    json: { targets: { filter: {} }, action: { kind: "add-tag", tag: "bar" } },
  });
  await remove(`/devices/${estate.devices.till}`);
  cloud.clock.advance(30 * DAY - 1);
  await cloud.cloud.purge.sweep();
  expect([await keys(), await chunks()]).toEqual([["meter", "till"], 6]);
  cloud.clock.advance(1);
  await cloud.cloud.purge.sweep();
  expect([await keys(), await chunks()]).toEqual([["meter"], 3]);
  expect(await down()).toEqual([
    { ok: true, value: { known: true, event: { kind: "device.remove", device: "till" } } },
  ]);
  expect(await lastDeed()).toMatchObject({ action: "device.purge", actor_id: null });
  expect(await cloud.cloud.audit.verify(cloud.owner.scope.organizationId)).toMatchObject({ brokenAt: null });
});

test("what its gateway still says of it is about nobody, until another one is registered", async () => {
  await remove(`/devices/${estate.devices.till}`);
  cloud.clock.advance(30 * DAY);
  await cloud.cloud.purge.sweep();
  const gateway = {
    ...{ id: estate.gateway, organization_id: cloud.owner.scope.organizationId, site_id: estate.site },
  };
  const telemetry = () =>
    cloud.db.write((trx) =>
      createDeviceApplier({
        ...cloud,
        happened: cloud.cloud.activity.happened,
        takeReceipt: async () => undefined,
      }).ensure(trx, gateway, ["till", "meter"], cloud.clock.nowMs()),
    );
  const registered = { kind: "device.registered", device: "till", provenance: "real" } as const;
  const told = { kind: "device.attributes", device: "till", attributes: { model: "X" } } as const;
  await applyEvents(cloud, estate, cloud.owner, [told, registered]);
  expect([[...(await telemetry()).keys()], await keys()]).toEqual([["meter"], ["meter"]]);
  await applyEvents(cloud, estate, cloud.owner, [{ kind: "device.removed", device: "till" }]);
  expect([[...(await telemetry()).keys()], await keys()]).toEqual([["meter"], ["meter"]]);
  await applyEvents(cloud, estate, cloud.owner, [registered, told]);
  expect([[...(await telemetry()).keys()].sort(), await keys()]).toEqual([
    ["meter", "till"],
    ["meter", "till"],
  ]);
});

test("a site goes with its gateway and devices, in the background, and nothing of it is left", async () => {
  await remove(`/devices/${estate.devices.meter}`);
  await remove(`/sites/${estate.site}`);
  cloud.cloud.purge.start();
  cloud.clock.advance(30 * DAY);
  const left = async () => (await cloud.db.read.selectFrom("site").select("id").execute()).length;
  while ((await left()) > 0) {
    cloud.clock.advance(HOUR);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await cloud.cloud.purge.stop();
  expect([await left(), await keys(), await chunks()]).toEqual([0, [], 0]);
  expect(await cloud.db.read.selectFrom("gateway").select("id").execute()).toEqual([]);
  expect(await lastDeed()).toMatchObject({ action: "site.purge", actor_id: null });
  const restored = await cloud.api(`/sites/${estate.site}/restore`, cloud.owner, { method: "POST" });
  expect(restored.status).toBe(404);
});

test("what was restored in time stays", async () => {
  const path = `/devices/${estate.devices.till}`;
  await remove(path);
  cloud.clock.advance(29 * DAY);
  await cloud.api(`${path}/restore`, cloud.owner, { method: "POST" });
  cloud.clock.advance(2 * DAY);
  await cloud.cloud.purge.sweep();
  expect([await keys(), await down()]).toEqual([["meter", "till"], []]);
});
