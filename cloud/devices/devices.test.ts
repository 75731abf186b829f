import { afterAll, beforeAll, expect, test } from "bun:test";
import { type Page, toTimestamp } from "../../protocol/api/list.ts";
import { type Device, type DeviceDetail, HEALTHS } from "../../protocol/devices/device.ts";
import type { DeviceReport } from "../../protocol/sites/site.ts";
import { checkScenario, type Scenario } from "../testing/api-scenario.ts";
import { addEstate, applyEvents, type Estate } from "../testing/estate.ts";
import { type Person, startCloud, type TestCloud } from "../testing/start-cloud.ts";

let cloud: TestCloud;
let other: Person;
let estate: Estate;
let foreign: Estate;
const ids: Record<string, string> = { missing: "0190b8e0-7c1a-7000-8000-000000000001" };

beforeAll(async () => {
  cloud = await startCloud();
  other = await cloud.addOwner("other@elsewhere.test", "Elsewhere");
  estate = await addEstate(cloud, cloud.owner, "Cardiff Bay", {
    till: {
      connectivity: "online",
      metrics: { battery: 80, temperature: 21.5 },
      attributes: {
        name: "Till 1",
        type: "payment-terminal",
        serial: "S-77",
        firmware: "1.2",
        model: "P400",
      },
    },
    meter: { connectivity: "offline", simulated: true, metrics: { fault: "overload" } },
    sensor: { metrics: { battery: 12 } },
    kiosk: {},
  });
  foreign = await addEstate(cloud, other, "Foreign", { secret: { metrics: { power: 1 } } });
  Object.assign(ids, { till: estate.devices.till, meter: estate.devices.meter, kiosk: estate.devices.kiosk });
  Object.assign(ids, { site: estate.site, foreignSite: foreign.site, foreign: foreign.devices.secret });
});
afterAll(() => cloud[Symbol.asyncDispose]());

const keys = async (query: string): Promise<string[]> =>
  (await cloud.read<Page<Device>>(`/devices?${query}`)).items.map((device) => device.key);

const SCENARIOS: Scenario[] = [
  {
    name: "a list has the organisation's own devices only",
    path: "/devices",
    status: 200,
    has: ['"total":4', "Till 1", "Cardiff Bay"],
    hasNot: ["secret"],
  },
  {
    name: "another organisation's site has no devices for us",
    path: "/devices?site={foreignSite}",
    status: 200,
    has: ['"total":0'],
  },
  {
    name: "bad filters are all named",
    path: "/devices?connectivity=asleep&health=ill&limit=x&site=1",
    status: 400,
    code: "request.invalid",
    fields: ["connectivity", "health", "limit", "site"],
  },
  { name: "an unknown sort is named", path: "/devices?sort=colour", status: 400, fields: ["sort"] },
  { name: "a cursor that is none is named", path: "/devices?cursor=%00", status: 400, fields: ["cursor"] },
  {
    name: "one device, with its newest values and its configuration",
    path: "/devices/{till}",
    status: 200,
    has: ["S-77", "P400", '"temperature"', '"config":{"desired":null,"reported":null,"inSync":true,'],
  },
  { name: "another organisation's device does not exist", path: "/devices/{foreign}", status: 404 },
  { name: "a device that is not there", path: "/devices/{missing}", status: 404, code: "record.not-found" },
  { name: "an id that is none", path: "/devices/till", status: 400, fields: ["id"] },
  {
    name: "another organisation's device cannot be changed",
    method: "PATCH",
    path: "/devices/{foreign}",
    json: { name: "Mine" },
    status: 404,
  },
  {
    name: "what cannot be changed is named",
    method: "PATCH",
    path: "/devices/{till}",
    json: { name: "", type: "Not A Type", lifecycle: "pending", health: "healthy" },
    status: 400,
    fields: ["health", "lifecycle", "name", "type"],
  },
  {
    name: "configuration of one device",
    path: "/devices/{till}/config",
    status: 200,
    has: ['"inSync":true'],
  },
  { name: "another organisation's configuration", path: "/devices/{foreign}/config", status: 404 },
  {
    name: "another organisation's device cannot be configured",
    method: "PUT",
    path: "/devices/{foreign}/config",
    json: { config: { interval: 1 } },
    status: 404,
  },
  {
    name: "a configuration is an object of settings",
    method: "PUT",
    path: "/devices/{till}/config",
    json: { config: [1, 2] },
    status: 400,
  },
  { name: "values of another organisation's device", path: "/devices/{foreign}/metrics", status: 404 },
  { name: "a series of another organisation's device", path: "/devices/{foreign}/telemetry", status: 404 },
];

test.each(SCENARIOS)("$name", async (scenario) => {
  await checkScenario(cloud, scenario, ids);
});

test("devices are found by name, key, type, serial and site", async () => {
  for (const q of ["till 1", "till", "PAYMENT", "s-77"])
    expect([q, await keys(`q=${q}`)]).toEqual([q, ["till"]]);
  expect((await keys("q=cardiff")).length).toBe(4);
  expect(await keys("q=_")).toEqual([]);
});

test("devices are filtered by each of their states", async () => {
  expect(await keys("connectivity=never&sort=-name")).toEqual(["sensor", "kiosk"]);
  expect(await keys("provenance=simulated")).toEqual(["meter"]);
  expect((await keys("provenance=real")).includes("meter")).toBe(false);
  expect(await keys("provenance=all")).toEqual(await keys(""));
  expect(await keys("provenance=all&connectivity=never&sort=-name")).toEqual(["sensor", "kiosk"]);
  const odd = await cloud.api("/devices?provenance=made-up", cloud.owner);
  expect([odd.status, await odd.json()]).toMatchObject([
    400,
    { errors: [{ path: "provenance", message: "must be real, simulated or all" }] },
  ]);
  expect(await keys("type=payment-terminal")).toEqual(["till"]);
  expect(await keys("health=error")).toEqual(["meter"]);
  expect(await keys("health=warning&connectivity=never")).toEqual(["sensor"]);
  expect(await keys("health=unknown")).toEqual(["kiosk"]);
  expect(await keys("lifecycle=retired")).toEqual([]);
});

test("pages follow each other without gap or repetition, by every order and by health", async () => {
  const orders = ["name", "-name", "type", "connectivity", "-lastSeenAt", "lastSeenAt"];
  const wheres = ["", "&health=healthy"];
  const walks = orders.flatMap((sort) => wheres.map((where) => `limit=1&sort=${sort}${where}`));
  for (const walk of walks) {
    const met: string[] = [];
    let cursor = "";
    let total = 0;
    do {
      const page: Page<Device> = await cloud.read(`/devices?${walk}${cursor}`);
      total = page.total;
      met.push(...page.items.map((device) => device.key));
      cursor = page.nextCursor === null ? "" : `&cursor=${page.nextCursor}`;
    } while (cursor !== "");
    expect([walk, met.length, new Set(met).size]).toEqual([walk, total, total]);
  }
});

test("the estate's counts are the organisation's own", async () => {
  const counts = await cloud.read<DeviceReport>("/devices/health?provenance=all");
  expect(counts).toEqual({
    leftOut: 0,
    total: 4,
    simulated: 1,
    connectivity: { online: 1, late: 0, offline: 1, never: 2 },
    health: { healthy: 1, warning: 1, error: 1, maintenance: 0, unknown: 1 },
  });
});

test("a report leaves simulated devices out unless it is asked for them, and says how many", async () => {
  const devices = (await cloud.read<Page<Device>>("/devices")).items;
  const asked = [
    ["", "real"],
    ["?provenance=real", "real"],
    ["?provenance=simulated", "simulated"],
  ] as const;
  for (const [query, provenance] of asked) {
    const own = devices.filter((device) => device.provenance === provenance);
    const counts = await cloud.read<DeviceReport>(`/devices/health${query}`);
    const simulated = provenance === "real" ? 0 : own.length;
    expect(counts).toMatchObject({ total: own.length, simulated, leftOut: devices.length - own.length });
    for (const health of HEALTHS)
      expect([health, counts.health[health]]).toEqual([
        health,
        own.filter((device) => device.health === health).length,
      ]);
  }
  expect((await cloud.api("/devices/health?provenance=made-up", cloud.owner)).status).toBe(400);
  const exported = async (query: string) => {
    const answer = await cloud.api(`/devices/export?${query}`, cloud.owner);
    return [(await answer.text()).includes(estate.devices.meter!), answer.headers.get("left-out")];
  };
  expect(
    await Promise.all(
      ["", "provenance=real", "provenance=all", "provenance=simulated", "q=till", "q=meter"].map(exported),
    ),
  ).toEqual([
    [false, "1"],
    [false, "1"],
    [true, "0"],
    [true, "3"],
    [false, "0"],
    [false, "1"],
  ]);
  const site = async (query: string) => {
    const answer = await cloud.api(`/sites/export?${query}`, cloud.owner);
    const [, devices] = /,(\d+),\d+,[^,]+\r\n$/.exec(await answer.text()) ?? [];
    return [devices, answer.headers.get("left-out")];
  };
  expect(await Promise.all(["", "provenance=all", "provenance=simulated", "q=nowhere"].map(site))).toEqual([
    ["3", "1"],
    ["4", "0"],
    ["1", "3"],
    [undefined, "0"],
  ]);
});

test("a wanted configuration goes to the gateway's log with the next version, and is in sync when reported", async () => {
  const path = `/devices/${ids.kiosk}/config`;
  const put = (config: object) => cloud.api(path, cloud.owner, { method: "PUT", json: { config } });
  const sent = () =>
    cloud.db.read
      .selectFrom("downlog")
      .select(["seq", "kind"])
      .where("gateway_id", "=", estate.gateway)
      .execute();
  expect((await put({ interval: 5, deep: { b: 1, a: [1] } })).status).toBe(200);
  expect(await (await put({ interval: 7, deep: { b: 1, a: [1] } })).json()).toEqual({
    desired: { version: 2, config: { interval: 7, deep: { b: 1, a: [1] } } },
    reported: null,
    inSync: false,
    driftSince: toTimestamp(cloud.clock.nowMs()),
    drift: ["deep", "interval"],
    own: { interval: 7, deep: { b: 1, a: [1] } },
    origins: { deep: "device", interval: "device" },
  });
  expect(await sent()).toEqual([
    { seq: 1, kind: "config.desired" },
    { seq: 2, kind: "config.desired" },
  ]);
  const config = { deep: { a: [1], b: 1 }, interval: 7 };
  const report = (version: number) =>
    applyEvents(cloud, estate, cloud.owner, [{ kind: "config.reported", device: "kiosk", version, config }]);
  await report(1);
  expect((await cloud.read<DeviceDetail["config"]>(path)).inSync).toBe(false);
  await report(2);
  expect((await cloud.read<DeviceDetail["config"]>(path)).inSync).toBe(true);
});

test("what people decided is kept when the device says otherwise", async () => {
  const path = `/devices/${ids.meter}`;
  const patch = { name: "Main meter", type: "energy-meter", lifecycle: "suspended" };
  const answer = await cloud.api(path, cloud.owner, { method: "PATCH", json: patch });
  expect((await answer.json()) as Device).toMatchObject(patch);
  await applyEvents(cloud, estate, cloud.owner, [
    {
      kind: "device.attributes",
      device: "meter",
      attributes: { name: "EM24", type: "thing", model: "EM24" },
    },
  ]);
  expect(await cloud.read<Device>(path)).toMatchObject({ ...patch, model: "EM24" });
});
