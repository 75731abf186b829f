import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { getLogger } from "@logtape/logtape";
import type { SimulationSet } from "../../protocol/log/downlog/simulation-set.ts";
import { readUplogEvent } from "../../protocol/log/kinds.ts";
import type { SimulationStatus } from "../../protocol/log/uplog/simulation-status.ts";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { type Scenario, scenarioSchema } from "../../protocol/simulation/scenario.ts";
import { check } from "../../protocol/validate.ts";
import { systemClock } from "../clock/clock.ts";
import { type EdgeDatabase, openDatabase } from "../database/database.ts";
import { createDevices, type Devices } from "../devices/devices.ts";
import { TestBroker, until } from "../simulator/testing/test-broker.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { createUplog, type Uplog } from "../uplog/uplog.ts";
import { createSimulation, type Simulation } from "./simulation.ts";

const RUN = "0194fdc2-fa2f-7cc0-81d3-ff1207452381";
const OTHER = "0194fdc2-fa2f-7cc0-81d3-ff1207452382";
const FAULT = "0194fdc2-fa2f-7cc0-81d3-ff1207452383";

let directory: ReturnType<typeof temporaryDirectory>;
let broker: TestBroker;
let db: EdgeDatabase;
let uplog: Uplog;
let devices: Devices;
let connected: boolean;
let simulation: Simulation;

beforeEach(async () => {
  directory = temporaryDirectory();
  db = openDatabase(`${directory.path}/edge.db`, { clock: systemClock, random: seededRandom(1) });
  uplog = createUplog(db);
  devices = createDevices({ db, uplog, clock: systemClock, random: seededRandom(2) });
  connected = true;
  broker = await TestBroker.start();
  broker.knows = (user, password) => devices.authenticate(user, password);
  simulation = begin();
});
afterEach(async () => {
  await simulation.stop();
  await broker.stop();
  db.close();
  directory[Symbol.dispose]();
});

function begin(): Simulation {
  const made = createSimulation({
    ...{ db, uplog, devices, fetch, clock: systemClock },
    dataDirectory: directory.path,
    devicesChanged: () => undefined,
    isConnected: () => connected,
    log: getLogger("test"),
  });
  made.start(broker.address);
  return made;
}

function scenario(prefix = "till", fault: unknown[] = []): Scenario {
  const group = { profile: "payment-terminal", "key-prefix": prefix, count: 2, "interval-seconds": 0.1 };
  const read = check(scenarioSchema, { name: "Test", seed: 1, devices: [group], fault });
  if (!read.ok) throw new Error(read.refusal.detail);
  return read.value;
}

function set(run: SimulationSet["run"], more: Partial<SimulationSet> = {}): void {
  db.transaction(() =>
    simulation.apply({ kind: "simulation.set", run, faults: [], cleared: [], removeDevices: false, ...more }),
  );
}

/** What the cloud is told of the simulation. */
function reports(): SimulationStatus[] {
  return uplog
    .read("urgent", 0, 1_000_000)
    .map((entry) => readUplogEvent(entry))
    .flatMap((read) =>
      read.ok && read.value.known && read.value.event.kind === "simulation.status" ? [read.value.event] : [],
    );
}
/** What is kept of the devices, by their keys. */
const remembered = () =>
  db.sqlite
    .query<{ device: string; memory: string }, []>(
      "SELECT device, memory FROM simulated_memory ORDER BY device",
    )
    .all()
    .map(({ device, memory }) => [device, JSON.parse(memory) as Record<string, unknown>] as const);
const measuring = (key: string) => broker.on(`homepot/${key}/telemetry`).length > 1;

describe("the simulation that the cloud wants", () => {
  test("runs at the gateway's broker with simulated devices, and is reported", async () => {
    set({ id: RUN, scenario: scenario() });
    await until(() => measuring("till-1") && measuring("till-2"));
    expect(devices.list().map(({ key, provenance }) => [key, provenance])).toEqual([
      ["till-1", "simulated"],
      ["till-2", "simulated"],
    ]);
    await until(() => reports().some(({ connected: up }) => up === 2));
    expect(reports().at(-1)).toMatchObject({ run: RUN, state: "running", devices: 2, trouble: null });
  });

  test("goes on through a restart, with its faults, while the cloud is away", async () => {
    set({ id: RUN, scenario: scenario() }, { faults: [{ id: FAULT, what: "offline", which: ["till-2"] }] });
    await until(() => measuring("till-1"));
    await simulation.stop();
    const lastMs = (JSON.parse(broker.on("homepot/till-1/telemetry").at(-1)!) as { ts: number }).ts;
    broker.heard.length = 0;
    connected = false;
    const told = reports().length;
    simulation = begin();
    await until(() => measuring("till-1"));
    // Its readings are where they would have been.
    const times = broker
      .on("homepot/till-1/telemetry")
      .map((text) => (JSON.parse(text) as { ts: number }).ts);
    expect(times.map((ts) => (ts - lastMs) % 100)).toEqual(times.map(() => 0));
    expect(remembered().map(([device]) => device)).toEqual(["till-1", "till-2"]);
    expect(broker.on("homepot/till-2/telemetry")).toEqual([]);
    set({ id: RUN, scenario: scenario() });
    await until(() => measuring("till-2"));
    // That it runs is told; what changes by itself is not, while nobody hears it.
    expect(reports().length).toBe(told + 1);
  });

  test("leaves nothing of itself to another run with the same devices", async () => {
    set({ id: RUN, scenario: scenario() });
    await until(() => measuring("till-1"));
    set({ id: OTHER, scenario: scenario() });
    await until(() => reports().at(-1)?.run === OTHER);
    expect(remembered()).toEqual([]);
  });

  test("ends: its devices say goodbye, stay, or are removed when that is wanted", async () => {
    set({ id: RUN, scenario: scenario() });
    await until(() => measuring("till-1"));
    set(null);
    await until(() => reports().at(-1)?.state === "stopped");
    expect(broker.on("homepot/till-1/status").at(-1)).toBe("offline");
    expect(devices.list()).toHaveLength(2);
    set({ id: OTHER, scenario: scenario() });
    await until(() => reports().at(-1)?.run === OTHER);
    set(null, { removeDevices: true });
    await until(() => devices.list().length === 0);
  });

  test("is replaced by another, whose devices take the place of those it had", async () => {
    devices.add("kiosk-real");
    set({ id: RUN, scenario: scenario() });
    await until(() => measuring("till-1"));
    set({ id: OTHER, scenario: scenario("desk") });
    await until(() => measuring("desk-2"));
    expect(devices.list().map(({ key }) => key)).toEqual(["desk-1", "desk-2", "kiosk-real"]);
  });

  test("never takes over a real device, makes nothing then, and says why it does not run", async () => {
    devices.add("till-2");
    set({ id: RUN, scenario: scenario() });
    await until(() => reports().length > 0);
    expect(reports().at(-1)).toMatchObject({
      ...{ run: RUN, state: "failed", devices: 0 },
      trouble: expect.stringContaining("till-2"),
    });
    expect(devices.list().map(({ key }) => key)).toEqual(["till-2"]);
    expect(broker.heard).toEqual([]);
  });

  test("shows which faults count now", async () => {
    set({ id: RUN, scenario: scenario("till", [{ what: "offline", which: "*" }]) });
    await until(() => reports().at(-1)?.faults.length === 1);
    expect(reports().at(-1)?.faults).toEqual([{ id: "scenario-1", devices: 2 }]);
    set(
      { id: RUN, scenario: scenario("till", [{ what: "offline", which: "*" }]) },
      { cleared: ["scenario-1"] },
    );
    await until(() => measuring("till-1"));
  });
});
