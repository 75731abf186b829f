import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { readDownlogEvent } from "../../protocol/log/kinds.ts";
import type { SimulationStatus } from "../../protocol/log/uplog/simulation-status.ts";
import type { Simulation } from "../../protocol/simulation/simulation.ts";
import { renewDownlog } from "../gateways/downlog.ts";
import { noJobs } from "../gateways/testing/start-hub.ts";
import { checkScenario, type Scenario } from "../testing/api-scenario.ts";
import { addEstate, type Estate } from "../testing/estate.ts";
import { startCloud, type TestCloud } from "../testing/start-cloud.ts";
import { applySimulation } from "./simulation.ts";

let cloud: TestCloud;
let estate: Estate;
beforeEach(async () => {
  cloud = await startCloud();
  estate = await addEstate(cloud, cloud.owner, "Store", { till: {}, ghost: { simulated: true } });
});
afterEach(() => cloud[Symbol.asyncDispose]());

const PATH = "/agents/simulation";
const OWN = {
  name: "Own",
  seed: 4,
  devices: [{ profile: "kiosk", "key-prefix": "k", count: 3 }],
  fault: [{ what: "offline", which: "k-1", when: "1m", until: "2m" }],
};

async function post(path: string, json: object): Promise<Simulation> {
  const answer = await cloud.api(`${PATH}/${path}`, cloud.owner, { method: "POST", json });
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()) as Simulation;
}
const start = (scenario: unknown = OWN) => post("start", { siteId: estate.site, scenario });
const status = async () =>
  (await cloud.read<{ items: Simulation[] }>(`${PATH}/status?siteId=${estate.site}`)).items[0]!;

/** What the gateway was told, oldest first. */
async function told() {
  const rows = await cloud.db.read
    .selectFrom("downlog")
    .select(["seq", "kind", "at_ms as atMs", "payload"])
    .where("gateway_id", "=", estate.gateway)
    .orderBy("seq")
    .execute();
  return rows.map((row) => {
    const read = readDownlogEvent(row);
    if (!read.ok || !read.value.known || read.value.event.kind !== "simulation.set")
      throw new Error(row.kind);
    return read.value.event;
  });
}

const report = (more: Partial<SimulationStatus>) =>
  cloud.db.write((trx) =>
    applySimulation(
      trx,
      { id: estate.gateway, organization_id: cloud.owner.scope.organizationId, site_id: estate.site },
      {
        ...{ kind: "simulation.status", run: null, state: "running", devices: 3, connected: 2 },
        ...{ messages: 90, messagesPerSecond: 1.5, faults: [], trouble: null },
        ...more,
      },
      cloud.clock.nowMs(),
    ),
  );

describe("a simulation", () => {
  test("is started, told to the gateway, and shown as what the gateway told of it", async () => {
    expect(await status()).toMatchObject({ wanted: "stopped", scenario: null, reported: null, faults: [] });
    const started = await start();
    expect(started).toMatchObject({
      ...{ siteName: "Store", wanted: "running", reported: null, gatewayConnected: false },
      scenario: {
        name: "Own",
        seed: 4,
        devices: [{ profile: "kiosk", keyPrefix: "k", count: 3, intervalSeconds: 5 }],
      },
      faults: [
        { id: "scenario-1", what: "offline", origin: "scenario", active: false, devices: 1, until: "2m" },
      ],
    });
    expect(await told()).toMatchObject([
      { run: { id: started.runId, scenario: { name: "Own" } }, faults: [] },
    ]);
    expect(await report({ run: started.runId, faults: [{ id: "scenario-1", devices: 1 }] })).toEqual({
      ...{ type: "site:update", site: estate.site, gatewayConnected: true },
    });
    expect(await status()).toMatchObject({
      reported: { state: "running", connected: 2, messagesPerSecond: 1.5 },
      faults: [{ active: true }],
    });
    const again = await start("payment-rollout");
    expect(again.runId).not.toBe(started.runId);
    // What was told of another run says nothing of this one.
    expect(again.reported).toBeNull();
    expect(await cloud.read("/audit?action=simulation.start")).toMatchObject({
      items: [{ after: { scenario: "Payment rollout", devices: 5 } }, { after: { devices: 3 } }],
    });
  });

  test("is stopped, with its devices or without, and once", async () => {
    await start();
    const stopped = await post("stop", { siteId: estate.site, removeDevices: true });
    expect(stopped).toMatchObject({ wanted: "stopped", runId: null, scenario: { name: "Own" }, faults: [] });
    await post("stop", { siteId: estate.site });
    expect((await told()).slice(1)).toMatchObject([{ run: null, removeDevices: true }]);
    expect((await cloud.read<{ items: unknown[] }>(`${PATH}/status`)).items).toHaveLength(1);
  });

  test("has faults injected, and taken away, those of its scenario too", async () => {
    await start();
    const one = await post("faults", {
      siteId: estate.site,
      what: "slow",
      which: ["k-2", "k-3"],
      seconds: 9,
    });
    expect(one.faults[1]).toMatchObject({ what: "slow", origin: "injected", devices: 2, seconds: 9 });
    const clear = (fault: string) =>
      cloud.api(`${PATH}/faults/clear`, cloud.owner, {
        method: "POST",
        json: { siteId: estate.site, fault },
      });
    expect((await clear("scenario-1")).status).toBe(200);
    expect((await clear("scenario-1")).status).toBe(404);
    expect((await told()).at(-1)).toMatchObject({
      faults: [{ what: "slow", which: ["k-2", "k-3"] }],
      cleared: ["scenario-1"],
    });
    expect((await clear(one.faults[1]!.id)).status).toBe(200);
    expect((await status()).faults).toEqual([]);
    const actions = await cloud.read<{ items: { action: string }[] }>("/audit?action=simulation");
    expect(actions.items.map(({ action }) => action)).toEqual([
      ...["simulation.clear", "simulation.clear", "simulation.inject", "simulation.start"],
    ]);
  });

  test("is told again to a gateway whose downlog begins anew", async () => {
    const { runId } = await start();
    await cloud.db.write((trx) =>
      renewDownlog(trx, estate.gateway, "0194fdc2-fa2f-7cc0-81d3-ff1207452380", cloud.clock.nowMs(), noJobs),
    );
    expect(await told()).toMatchObject([{ run: { id: runId } }]);
  });

  test("is for those who may run it; what it does is seen by all who see devices", async () => {
    const viewer = await cloud.addMember("viewer");
    const stranger = await cloud.addOwner("other@homepot.test", "Other");
    const send = async (as: typeof viewer) =>
      (await cloud.api(`${PATH}/start`, as, { method: "POST", json: { siteId: estate.site, scenario: OWN } }))
        .status;
    expect([await send(viewer), await send(stranger), await send(await cloud.addMember("operator"))]).toEqual(
      [...[403, 404, 200]],
    );
    expect((await cloud.api(`${PATH}/status?siteId=${estate.site}`, viewer)).status).toBe(200);
    expect((await cloud.api(`${PATH}/status?siteId=${estate.site}`, stranger)).status).toBe(404);
    expect((await cloud.read<{ items: unknown[] }>(`${PATH}/status`, stranger)).items).toEqual([]);
  });
});

describe("a bad request", () => {
  const scenarios: Scenario[] = [
    { name: "no such scenario", path: "/start", json: { siteId: "{site}", scenario: "moon" }, status: 400 },
    {
      name: "a scenario with bad fields",
      path: "/start",
      json: { siteId: "{site}", scenario: { ...OWN, seed: 1.5, fault: [{ what: "offline", which: "x" }] } },
      status: 400,
      fields: ["scenario.fault.0.which", "scenario.seed"],
    },
    {
      name: "a fault of nobody in a scenario",
      path: "/start",
      json: { siteId: "{site}", scenario: { ...OWN, fault: [{ what: "offline", which: "x" }] } },
      status: 400,
      fields: ["scenario.fault.0.which"],
    },
    {
      name: "too many devices",
      path: "/start",
      json: {
        siteId: "{site}",
        scenario: { ...OWN, fault: [], devices: [{ ...OWN.devices[0], count: 2_001 }] },
      },
      status: 400,
      fields: ["scenario.devices"],
    },
    { name: "no such site", path: "/start", json: { siteId: "{other}", scenario: OWN }, status: 404 },
    {
      name: "a fault where nothing runs",
      path: "/faults",
      json: { siteId: "{site}", what: "slow", which: "*" },
      status: 404,
    },
    {
      name: "a fault that does not exist",
      path: "/faults",
      json: { siteId: "{site}", what: "tired", which: "*", colour: 1 },
      status: 400,
      fields: ["colour", "what"],
    },
  ];
  test.each(scenarios.map((scenario) => [scenario.name, scenario] as const))(
    "%s changes nothing",
    async (_, scenario) => {
      const ids = { site: estate.site, other: "0194fdc2-fa2f-7cc0-81d3-ff1207452380" };
      const json = JSON.parse(
        JSON.stringify(scenario.json).replaceAll("{site}", ids.site).replaceAll("{other}", ids.other),
      );
      await checkScenario(cloud, { ...scenario, method: "POST", path: `${PATH}${scenario.path}`, json }, ids);
    },
  );

  test("a fault of no device that runs is refused at its field", async () => {
    await start();
    const json = { siteId: estate.site, what: "slow", which: "till-*" };
    const answer = await cloud.api(`${PATH}/faults`, cloud.owner, { method: "POST", json });
    expect(await answer.json()).toMatchObject({ status: 400, errors: [{ path: "which" }] });
  });
});

test("agents are the simulated devices, and no others", async () => {
  const agents = await cloud.read<{ items: { key: string }[]; total: number }>("/agents");
  expect([agents.total, agents.items[0]?.key]).toEqual([1, "ghost"]);
  const others = await cloud.api("/agents?provenance=real", cloud.owner);
  expect(await others.json()).toMatchObject({ status: 400, errors: [{ path: "provenance" }] });
});
