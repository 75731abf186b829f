import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getLogger } from "@logtape/logtape";
import { makeId } from "../../../protocol/ids.ts";
import type { Entry } from "../../../protocol/log/entry.ts";
import { toEntry } from "../../../protocol/log/kinds.ts";
import { seededRandom } from "../../../protocol/seeded-random.ts";
import { ManualClock } from "../../../protocol/testing/manual-clock.ts";
import { RightOfWay } from "../../clock/right-of-way.ts";
import type { CloudDatabase } from "../../database/database.ts";
import { openSqlite } from "../../database/sqlite.ts";
import { zstd } from "../../telemetry/zstd.ts";
import type { DeviceApplier } from "../device-applier.ts";
import { appendDown } from "../downlog.ts";
import { Hub, type HubEvents } from "../hub.ts";
import type { JobHalf } from "../job-half.ts";
import { KeyRotations } from "../key-rotation.ts";
import { verifyEd25519 } from "../signature.ts";
import { GatewayLine, makeKeys, type TestGateway } from "./gateway-line.ts";

/** An event of the hub, as a test sees it. */
export type Heard =
  | { type: "applied"; gateway: string; changes: string[] }
  | { type: "live"; gateway: string; readings: Parameters<HubEvents<string>["live"]>[1] }
  | { type: "connected"; gateway: string; connected: boolean };

/** A hub on a real database in a temporary directory, with a clock that moves when told to. */
export interface HubFixture extends AsyncDisposable {
  hub: Hub<string>;
  rightOfWay: RightOfWay;
  /** Whether somebody waits for the end of a job. */
  awaited: { jobs: boolean };
  db: CloudDatabase;
  clock: ManualClock;
  path: string;
  heard: Heard[];
  /** Who came (true) and went, as it was written down. */
  noted: [gateway: string, connected: boolean][];
  keys: KeyRotations;
  /** What was noted for the audit log. */
  deeds: string[];
  addGateway(): Promise<TestGateway>;
  connect(gateway: TestGateway): GatewayLine;
  /** Keys of the devices that were applied, in the order in which that happened. */
  appliedKeys(gateway: TestGateway): Promise<string[]>;
}

export const ORGANIZATION = "organization-1";
export const SITE = "0190b8e0-7c1a-7000-8000-00000000000a";

/**
 * Each event makes a device of its key. A second application breaks the table's uniqueness, so that "exactly once"
 * is the database's own word.
 */
export const recordingDevices: DeviceApplier<string> = {
  async event(trx, gateway, event, nowMs) {
    await insertDevice(trx, gateway, event.device, nowMs);
    return `${event.kind} ${event.device}`;
  },
  async onlyThese(trx, gateway, keys) {
    await trx
      .deleteFrom("device")
      .where("gateway_id", "=", gateway.id)
      .where("key", "not in", keys)
      .execute();
  },
  async ensure(trx, gateway, keys, nowMs) {
    const known = await trx
      .selectFrom("device")
      .select(["key", "id"])
      .where("gateway_id", "=", gateway.id)
      .where("key", "in", keys)
      .execute();
    const ids = new Map(known.map(({ key, id }) => [key, id]));
    for (const key of keys) if (!ids.has(key)) ids.set(key, await insertDevice(trx, gateway, key, nowMs));
    return ids;
  },
};

/** There are none. */
export const noJobs: JobHalf = {
  areAwaited: () => false,
  apply: async () => undefined,
  wantAnew: async () => undefined,
  updatesOf: async () => new Map(),
  forgotten: async () => undefined,
};

const insertDevice = async (
  trx: Parameters<DeviceApplier<string>["ensure"]>[0],
  gateway: Parameters<DeviceApplier<string>["ensure"]>[1],
  key: string,
  nowMs: number,
): Promise<string> => {
  const id = crypto.randomUUID();
  await trx
    .insertInto("device")
    .values({
      id,
      organization_id: gateway.organization_id,
      site_id: gateway.site_id,
      gateway_id: gateway.id,
      key,
      provenance: "real",
      lifecycle: "active",
      connectivity: "never",
      attributes: "{}",
      created_ms: nowMs,
      updated_ms: nowMs,
    })
    .execute();
  return id;
};

export async function startHub(): Promise<HubFixture> {
  const directory = mkdtempSync(join(tmpdir(), "homepot-hub-"));
  const path = join(directory, "cloud.db");
  const db = await openSqlite(path);
  const clock = new ManualClock();
  const rightOfWay = new RightOfWay(clock);
  const random = seededRandom(7);
  const heard: Heard[] = [];
  const noted: [string, boolean][] = [];
  const deeds: string[] = [];
  const awaited = { jobs: false };
  const keys: KeyRotations = new KeyRotations({
    ...{ db, clock, random, verifySignature: verifyEd25519 },
    note: async (_, __, { action }) => void deeds.push(action),
    async tell(trx, gatewayId, event) {
      await appendDown(trx, gatewayId, event, clock.nowMs());
      db.onCommit(trx, () => hub.downAppended(gatewayId));
    },
  });
  const hub = new Hub<string>({
    db,
    keys,
    clock,
    random,
    log: getLogger(["test"]),
    verifySignature: verifyEd25519,
    compressor: zstd,
    devices: recordingDevices,
    simulation: async () => "simulation",
    jobs: { ...noJobs, areAwaited: () => awaited.jobs },
    giveWay: () => rightOfWay.giveWay(),
    events: {
      applied: ({ id }, { changes }) => heard.push({ type: "applied", gateway: id, changes }),
      live: (gateway, readings) => heard.push({ type: "live", gateway, readings }),
      connected: ({ id }, connected) => heard.push({ type: "connected", gateway: id, connected }),
      noteConnected: async (_, { id }, connected) => void noted.push([id, connected]),
    },
  });
  hub.start();
  await db.write((trx) => trx.insertInto("site").values(siteRow(SITE, ORGANIZATION)).execute());

  return {
    hub,
    rightOfWay,
    awaited,
    db,
    clock,
    path,
    heard,
    noted,
    keys,
    deeds,
    async addGateway() {
      const keys = await makeKeys();
      const gateway = { id: makeId(clock.nowMs(), random), epoch: makeId(clock.nowMs(), random), ...keys };
      const downlogEpoch = makeId(clock.nowMs(), random);
      await db.write((trx) =>
        trx
          .insertInto("gateway")
          .values(gatewayRow(gateway, downlogEpoch, clock.nowMs()))
          .execute(),
      );
      return gateway;
    },
    connect: (gateway) => new GatewayLine(hub, gateway, clock),
    async appliedKeys(gateway) {
      const rows = await db.read
        .selectFrom("device")
        .select("key")
        .where("gateway_id", "=", gateway.id)
        .orderBy((eb) => eb.ref("rowid" as "id"))
        .execute();
      return rows.map((row) => row.key);
    },
    async [Symbol.asyncDispose]() {
      await hub.stop();
      await db.close();
      rmSync(directory, { recursive: true });
    },
  };
}

/** An entry that makes device `d<seq>`, with a {@link recordingDevices}. */
export function registered(seq: number, device = `d${seq}`): Entry {
  return { seq, ...toEntry({ kind: "device.registered", device, provenance: "real" }, 1_000 + seq) };
}

/** The whole numbers from one to another, both included. */
export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

export function siteRow(id: string, organizationId: string) {
  return {
    id,
    organization_id: organizationId,
    name: `Site ${id}`,
    description: "",
    address: "",
    time_zone: "UTC",
    created_ms: 0,
    updated_ms: 0,
  };
}

function gatewayRow(gateway: TestGateway, downlogEpoch: string, nowMs: number) {
  return {
    id: gateway.id,
    organization_id: ORGANIZATION,
    site_id: SITE,
    name: "gateway",
    public_key: gateway.publicKey,
    created_ms: nowMs,
    urgent_head: 0,
    bulk_head: 0,
    downlog_epoch: downlogEpoch,
    downlog_head: 0,
    downlog_acked: 0,
  };
}
