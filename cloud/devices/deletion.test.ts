import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { Page } from "../../protocol/api/list.ts";
import type { Device } from "../../protocol/devices/device.ts";
import type { Problem } from "../../protocol/errors.ts";
import { DAY } from "../../protocol/units.ts";
import { addEstate, applyEvents, type Estate } from "../testing/estate.ts";
import { startCloud, type TestCloud } from "../testing/start-cloud.ts";

let cloud: TestCloud;
let estate: Estate;
let till: string;
beforeEach(async () => {
  cloud = await startCloud();
  estate = await addEstate(cloud, cloud.owner, "Cardiff Bay", {
    till: { connectivity: "online", metrics: { battery: 80 } },
    meter: {},
  });
  till = estate.devices.till!;
});
afterEach(() => cloud[Symbol.asyncDispose]());

const send = (method: string, path: string, json?: object) =>
  cloud.api(`/devices${path}`, cloud.owner, { method, ...(json === undefined ? {} : { json }) });
const keys = async (query = "") =>
  (await cloud.read<Page<Device>>(`/devices${query}`)).items.map(({ key }) => key);
const actions = async () =>
  (await cloud.read<Page<{ action: string }>>("/audit?action=device")).items.map(({ action }) => action);

describe("a device made by hand", () => {
  test("is expected, and active under what people said as soon as its gateway knows it", async () => {
    const json = { siteId: estate.site, key: "fridge", name: "Big fridge", tags: ["kitchen"] };
    const made = await send("POST", "", json);
    const device = (await made.json()) as Device;
    expect(made.status).toBe(201);
    expect(device).toMatchObject({
      key: "fridge",
      name: "Big fridge",
      type: "unknown",
      lifecycle: "pending",
    });
    expect(device).toMatchObject({ connectivity: "never", tags: ["kitchen"], gatewayId: estate.gateway });
    await applyEvents(cloud, estate, cloud.owner, [
      { kind: "device.registered", device: "fridge", provenance: "real" },
      { kind: "device.attributes", device: "fridge", attributes: { name: "f", type: "cooler" } },
    ]);
    const now = await cloud.read<Device>(`/devices/${device.id}`);
    expect(now).toMatchObject({ lifecycle: "active", name: "Big fridge", type: "cooler" });
    expect(await actions()).toEqual(["device.create"]);
  });

  test("needs a site with a gateway, and a key of its own there", async () => {
    const stranger = await cloud.addOwner("other@elsewhere.test", "Elsewhere");
    const foreign = await addEstate(cloud, stranger, "Foreign", {});
    const site = await cloud.api("/sites", cloud.owner, { json: { name: "Bare" } });
    const bare = ((await site.json()) as { id: string }).id;
    const refusals: [object, number, string][] = [
      [{ siteId: foreign.site, key: "x" }, 400, "siteId: is of no site of yours"],
      [{ siteId: bare, key: "x" }, 400, "siteId: has no gateway yet"],
      [{ siteId: estate.site, key: "till" }, 409, "key: is taken"],
      [{ siteId: estate.site, key: "no spaces" }, 400, "key: "],
    ];
    for (const [json, status, told] of refusals) {
      const answer = await send("POST", "", json);
      const { errors = [] } = (await answer.json()) as Problem;
      const said = errors.map(({ path, message }) => `${path}: ${message}`).join();
      expect([answer.status, said.slice(0, told.length)]).toEqual([status, told]);
    }
    expect(await keys("?sort=name")).toEqual(["meter", "till"]);
  });
});

describe("a device that is deleted", () => {
  test("is in no list, no count and no answer, and comes back with what it said meanwhile", async () => {
    expect((await send("DELETE", `/${till}`)).status).toBe(204);
    expect([await keys(), await keys("?lifecycle=retired"), await keys("?deleted=true")]).toEqual([
      ["meter"],
      [],
      ["till"],
    ]);
    for (const path of ["", "/config", "/metrics", "/telemetry?metric=battery"])
      expect([path, (await send("GET", `/${till}${path}`)).status]).toEqual([path, 404]);
    expect((await send("PATCH", `/${till}`, { name: "x" })).status).toBe(404);
    expect((await send("DELETE", `/${till}`)).status).toBe(404);
    const bulk = { targets: { ids: [till] }, action: { kind: "restore" } };
    expect(await (await send("POST", "/bulk", bulk)).json()).toMatchObject({ targets: 0, changed: 0 });
    const taken = await send("POST", "", { siteId: estate.site, key: "till" });
    expect([taken.status, await taken.text()]).toEqual([409, expect.stringContaining("restore it")]);
    await applyEvents(cloud, estate, cloud.owner, [
      { kind: "device.registered", device: "till", provenance: "real" },
      { kind: "device.attributes", device: "till", attributes: { firmware: "2" } },
    ]);
    expect(await keys()).toEqual(["meter"]);
    const restored = (await (await send("POST", `/${till}/restore`)).json()) as Device;
    expect(restored).toMatchObject({ lifecycle: "active", firmware: "2", deletedAt: null, retiredAt: null });
    expect(await actions()).toEqual(["device.restore", "device.bulk", "device.delete"]);
  });

  test("that was retired before comes back retired", async () => {
    await send("PATCH", `/${till}`, { lifecycle: "retired" });
    await send("DELETE", `/${till}`);
    await send("POST", `/${till}/restore`);
    expect(await keys("?lifecycle=retired")).toEqual(["till"]);
  });

  test("does not come back with its site, nor before it", async () => {
    await send("DELETE", `/${till}`);
    await cloud.api(`/sites/${estate.site}`, cloud.owner, { method: "DELETE" });
    expect((await send("POST", `/${till}/restore`)).status).toBe(409);
    await cloud.api(`/sites/${estate.site}/restore`, cloud.owner, { method: "POST" });
    expect(await keys()).toEqual(["meter"]);
    await send("POST", `/${till}/restore`);
    expect(await keys("?sort=name")).toEqual(["meter", "till"]);
  });

  test("is not deleted by who has not seen what it became, and not restored when its time is over", async () => {
    const headers = { "if-match": '"another"' };
    expect((await cloud.api(`/devices/${till}`, cloud.owner, { method: "DELETE", headers })).status).toBe(
      412,
    );
    await send("DELETE", `/${till}`);
    cloud.clock.advance(30 * DAY);
    expect((await send("POST", `/${till}/restore`)).status).toBe(404);
  });

  test("is not made again by a file, which says so at its line", async () => {
    await send("DELETE", `/${till}`);
    const body = `site,key\nCardiff Bay,till\n`;
    const answer = await cloud.api("/devices/import?dry-run=true", cloud.owner, { method: "POST", body });
    expect(await answer.text()).toContain("restore it first");
  });
});
