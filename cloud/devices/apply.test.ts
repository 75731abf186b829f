import { afterEach, beforeEach, expect, test } from "bun:test";
import type { Page } from "../../protocol/api/list.ts";
import type { Device } from "../../protocol/devices/device.ts";
import type { DeviceCounts } from "../../protocol/sites/site.ts";
import { receiptsOf, storeReceipts } from "../notifications/notifications.ts";
import { addEstate, applyEvents, type Estate } from "../testing/estate.ts";
import { startCloud, type TestCloud } from "../testing/start-cloud.ts";
import { createDeviceApplier } from "./devices.ts";

let cloud: TestCloud;
let estate: Estate;

beforeEach(async () => {
  cloud = await startCloud();
  estate = await addEstate(cloud, cloud.owner, "Cardiff Bay", {});
});
afterEach(() => cloud[Symbol.asyncDispose]());

const apply = (...events: Parameters<typeof applyEvents>[3]) =>
  applyEvents(cloud, estate, cloud.owner, events);
const devices = async (query = ""): Promise<Device[]> =>
  (await cloud.read<Page<Device>>(`/devices${query}`)).items;

const addHeard = async (key: string): Promise<string> => {
  await apply({ kind: "device.registered", device: key, provenance: "real" });
  const [device] = await devices();
  const seen = cloud.db.write((trx) =>
    trx.updateTable("device").set({ last_seen_ms: 1 }).where("key", "=", key).execute(),
  );
  await seen;
  return device!.id;
};

test("a device is made by the first entry that names it, whichever that is", async () => {
  await apply({ kind: "device.attributes", device: "late", attributes: { model: "X" } });
  await apply({ kind: "device.registered", device: "late", provenance: "simulated" });
  const all = await devices();
  expect(all).toHaveLength(1);
  expect(all[0]).toMatchObject({
    key: "late",
    name: "late",
    type: "unknown",
    model: "X",
    provenance: "simulated",
  });
  expect(all[0]).toMatchObject({ connectivity: "never", connectivitySince: null, lifecycle: "active" });
});

test("entries applied again leave everything as it is", async () => {
  const events = [
    { kind: "device.registered", device: "till", provenance: "real" },
    { kind: "device.attributes", device: "till", attributes: { name: "Till", odd: null } },
    {
      kind: "device.connectivity",
      device: "till",
      connectivity: "offline",
      sinceMs: 5,
      reason: "said offline",
    },
    { kind: "config.reported", device: "till", version: 1, config: { a: 1 } },
  ] as const;
  await apply(...events);
  const once = await devices();
  await apply(...events);
  expect(await devices()).toEqual(once);
  expect(once[0]).toMatchObject({
    connectivityReason: "said offline",
    connectivitySince: "1970-01-01T00:00:00.005Z",
  });
});

test("how a device behaves at its gateway is a part of its health, in lists, counts and pages, until it is well", async () => {
  const id = await addHeard("till");
  const refused = { count: 20, of: 20, code: "payload.invalid", reason: "ts: must be a number", topic: "t" };
  await apply({ kind: "device.conduct", device: "till", refused });
  const [till] = await devices("?health=error");
  expect(till).toMatchObject({
    id,
    healthReasons: ["All of its last 20 messages were refused: ts: must be a number."],
  });
  expect((await cloud.read<DeviceCounts>("/devices/health")).health).toMatchObject({ error: 1, healthy: 0 });
  const slow = { tookMs: 4_200, expectedMs: 1_000, answered: true };
  await apply({ kind: "device.conduct", device: "till", slow });
  expect(await cloud.read<Device>(`/devices/${id}`)).toMatchObject({
    health: "warning",
    healthReasons: ["It answers in 4.2 s, expected within 1 s."],
  });
  await apply({ kind: "device.conduct", device: "till" });
  expect((await devices("?health=healthy")).map((device) => device.id)).toEqual([id]);
  expect(await cloud.db.read.selectFrom("device_conduct").selectAll().execute()).toEqual([]);
});

test("a device that was removed is retired, and active again when it is registered again", async () => {
  await apply({ kind: "device.registered", device: "till", provenance: "real" });
  await apply({ kind: "device.removed", device: "till" });
  expect(await devices()).toEqual([]);
  expect(await devices("?lifecycle=retired")).toHaveLength(1);
  await apply({ kind: "device.registered", device: "till", provenance: "real" });
  expect(await devices()).toHaveLength(1);
});

test("devices that a gateway no longer has are retired; others stay as people want them", async () => {
  for (const device of ["till", "kiosk", "door"]) {
    await apply({ kind: "device.registered", device, provenance: "real" });
  }
  const suspended = cloud.db.write((trx) =>
    trx.updateTable("device").set({ lifecycle: "suspended" }).where("key", "=", "door").execute(),
  );
  await suspended;
  const applier = createDeviceApplier({
    ...cloud,
    happened: cloud.cloud.activity.happened,
    takeReceipt: async () => undefined,
  });
  const gateway = await cloud.db.read
    .selectFrom("gateway")
    .select(["id", "organization_id", "site_id"])
    .executeTakeFirstOrThrow();
  await cloud.db.write((trx) => applier.onlyThese(trx, gateway, ["till", "door"], 5));
  await apply({ kind: "device.registered", device: "door", provenance: "real" });
  const lifecycles = await cloud.db.read
    .selectFrom("device")
    .select(["key", "lifecycle"])
    .orderBy("key")
    .execute();
  expect(lifecycles).toEqual([
    { key: "door", lifecycle: "suspended" },
    { key: "kiosk", lifecycle: "retired" },
    { key: "till", lifecycle: "active" },
  ]);
});

test("names a device cannot have are not taken", async () => {
  await apply({ kind: "device.attributes", device: "till", attributes: { name: "  ", type: 7 } });
  expect(await devices()).toMatchObject([{ name: "till", type: "unknown" }]);
  await apply({ kind: "device.attributes", device: "till", attributes: { name: "x".repeat(300) } });
  expect((await devices())[0]?.name).toHaveLength(100);
});

test("what became of a notification at a device is stored once, with the device", async () => {
  const id = "01930000-0000-7000-8000-000000000001";
  const taken: object[] = [];
  const applier = createDeviceApplier({
    ...cloud,
    happened: async () => undefined,
    takeReceipt: async (trx, receipt) => {
      taken.push(...(await storeReceipts(trx, [receipt])));
    },
  });
  const { organizationId } = cloud.owner.scope;
  const from = { id: estate.gateway, organization_id: organizationId, site_id: estate.site };
  await cloud.db.write(async (trx) => {
    const deviceId = (await applier.ensure(trx, from, ["till"], 1_000)).get("till")!;
    for (const [action, atMs] of [
      ["delivered", 7],
      ["delivered", 8],
      ["opened", 9],
    ] as const) {
      const event = { kind: "notification.ack", device: "till", id, action, atMs } as const;
      expect(await applier.event(trx, from, event, 10)).toBeNull();
    }
    const told = { id, organizationId, deviceId };
    expect(taken).toEqual([
      { ...told, action: "delivered", atMs: 7 },
      { ...told, action: "opened", atMs: 9 },
    ]);
  });
  expect(await receiptsOf(cloud.db.read, organizationId, id)).toMatchObject([
    { action: "delivered", atMs: 7 },
    { action: "opened", atMs: 9 },
  ]);
  expect(await receiptsOf(cloud.db.read, "another", id)).toEqual([]);
});

test("a device that comes online is seen then, and one that goes is not", async () => {
  const seen = async () => (await devices("?q=till"))[0]?.lastSeenAt;
  const at = (ms: number) => new Date(ms).toISOString();
  const say = (connectivity: "online" | "offline", sinceMs: number) =>
    apply({ kind: "device.connectivity", device: "till", connectivity, sinceMs });
  const nowMs = cloud.clock.nowMs();
  estate = await addEstate(cloud, cloud.owner, "Barry", { till: { metrics: { power: 1 } } });
  expect(await seen()).toBe(at(nowMs));
  cloud.clock.advance(60_000);
  await say("online", nowMs + 50_000);
  expect(await seen()).toBe(at(nowMs + 50_000));
  await say("offline", nowMs + 55_000);
  await say("online", nowMs + 40_000);
  expect(await seen()).toBe(at(nowMs + 50_000));
  // The gateway's clock may be a little ahead.
  await say("online", nowMs + 61_000);
  expect(await seen()).toBe(at(nowMs + 60_000));
});

test("a device that never measured anything was seen when it came, and its health is not known for that", async () => {
  await apply({ kind: "device.connectivity", device: "till", connectivity: "online", sinceMs: 5 });
  expect((await devices())[0]).toMatchObject({
    lastSeenAt: "1970-01-01T00:00:00.005Z",
    health: "unknown",
  });
});

test("what pages of a device show is told with its state, and no more than that", async () => {
  const applier = createDeviceApplier({
    ...cloud,
    happened: cloud.cloud.activity.happened,
    takeReceipt: async () => undefined,
  });
  const from = {
    id: estate.gateway,
    organization_id: cloud.owner.scope.organizationId,
    site_id: estate.site,
  };
  await cloud.db.write(async (trx) => {
    const tell = (event: Parameters<typeof applier.event>[2]) => applier.event(trx, from, event, 1_000);
    expect(await tell({ kind: "device.registered", device: "till", provenance: "real" })).toBeNull();
    expect(await tell({ kind: "device.removed", device: "till" })).toBeNull();
    const device = (await applier.ensure(trx, from, ["till"], 1_000)).get("till")!;
    const event = {
      kind: "device.connectivity",
      device: "till",
      connectivity: "late",
      sinceMs: 900,
    } as const;
    expect(await tell(event)).toEqual({
      type: "device:status",
      device,
      site: estate.site,
      connectivity: "late",
      health: "unknown",
      since: 900,
    });
    for (const said of [
      { kind: "device.attributes", device: "till", attributes: { configError: "no", configErrorVersion: 1 } },
      { kind: "config.reported", device: "till", version: 1, config: { volume: 3 } },
    ] as const) {
      expect(await tell(said)).toMatchObject({ type: "device:status", device, connectivity: "late" });
    }
  });
});
