import { afterEach, beforeEach, expect, test } from "bun:test";
import { getLogger } from "@logtape/logtape";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import type { Topic } from "../../protocol/topics/topics.ts";
import { type EdgeDatabase, openDatabase } from "../database/database.ts";
import { createUplog, type Uplog } from "../uplog/uplog.ts";
import { createDeviceConfigs, type DeviceConfigs } from "./device-config.ts";

interface Published {
  topic: Topic;
  payload: unknown;
  options: { qos: number; retain: boolean };
}

let db: EdgeDatabase;
let uplog: Uplog;
let published: Published[];
let publish: () => void | Promise<void>;

beforeEach(() => {
  db = openDatabase(":memory:", { clock: new ManualClock(), random: seededRandom(1) });
  uplog = createUplog(db);
  published = [];
  publish = () => undefined;
});

afterEach(() => db.close());

const create = (): DeviceConfigs =>
  createDeviceConfigs({
    db,
    uplog,
    clock: new ManualClock(5),
    log: getLogger(["test"]),
    publishToDevice: (topic, payload, options) => {
      published.push({ topic, payload: JSON.parse(payload), options });
      return publish();
    },
  });

const event = (device: string, version: number, config = { limit: version }) =>
  ({ kind: "config.desired", device, version, config }) as const;
const message = (device: string, version: number): Published => ({
  topic: { channel: "config-desired", device },
  payload: { version, config: { limit: version } },
  options: { qos: 1, retain: true },
});

test("what is wanted is published when the transaction it came in has committed, and not before", () => {
  const configs = create();
  db.transaction(() => {
    configs.apply(event("till-1", 1));
    expect(published).toEqual([]);
  });
  expect(published).toEqual([message("till-1", 1)]);
  expect(() =>
    db.transaction(() => {
      configs.apply(event("till-1", 2));
      throw new Error("no");
    }),
  ).toThrow("no");
  expect(published.length).toBe(1);
});

test("the last one counts, also when its version is lower: a cloud restored from a backup counts on from there", () => {
  const configs = create();
  for (const version of [7, 5]) db.transaction(() => configs.apply(event("till-1", version)));
  published = [];
  configs.start();
  expect(published).toEqual([message("till-1", 5)]);
});

test("after a restart everything that is wanted is published again", () => {
  const before = create();
  db.transaction(() => ["till-2", "till-1"].map((device) => before.apply(event(device, 3))));
  before.reported("till-3", { version: 1, config: {} });
  published = [];
  create().start();
  expect(published).toEqual([message("till-1", 3), message("till-2", 3)]);
});

test("a broker that fails does not undo what the cloud wants", async () => {
  const configs = create();
  publish = () => {
    throw new Error("not listening");
  };
  db.transaction(() => configs.apply(event("till-1", 1)));
  publish = () => Promise.reject(new Error("not listening"));
  db.transaction(() => configs.apply(event("till-2", 1)));
  await Promise.resolve();
  publish = () => undefined;
  published = [];
  configs.start();
  expect(published.map(({ topic }) => topic.device)).toEqual(["till-1", "till-2"]);
});

test("what a device reports is told to the cloud once a change", () => {
  const configs = create();
  const report = (version: number, limit: number): void =>
    configs.reported("till-1", { version, config: { limit } });
  report(1, 10);
  report(1, 10);
  report(2, 10);
  report(2, 11);
  const entries = uplog.read("urgent", 0, 10_000);
  expect(
    entries.map(({ kind, atMs, payload }) => [kind, atMs, JSON.parse(new TextDecoder().decode(payload))]),
  ).toEqual([
    ["config.reported", 5, { device: "till-1", version: 1, config: { limit: 10 } }],
    ["config.reported", 5, { device: "till-1", version: 2, config: { limit: 10 } }],
    ["config.reported", 5, { device: "till-1", version: 2, config: { limit: 11 } }],
  ]);
});

test("what devices have reported is told anew on demand, the newest of each", () => {
  const configs = create();
  configs.reported("till-1", { version: 1, config: { limit: 10 } });
  configs.reported("till-1", { version: 2, config: { limit: 11 } });
  configs.reported("till-2", { version: 1, config: {} });
  db.transaction(() => configs.apply(event("till-3", 1)));
  configs.announce();
  const told = uplog.read("urgent", 3, 10_000);
  expect(told.map(({ payload }) => JSON.parse(new TextDecoder().decode(payload)))).toEqual([
    { device: "till-1", version: 2, config: { limit: 11 } },
    { device: "till-2", version: 1, config: {} },
  ]);
});
