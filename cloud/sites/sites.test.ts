import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Page } from "../../protocol/api/list.ts";
import type { Device } from "../../protocol/devices/device.ts";
import type { Site } from "../../protocol/sites/site.ts";
import { checkScenario, type Scenario } from "../testing/api-scenario.ts";
import { addEstate, type Estate } from "../testing/estate.ts";
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
    till: { connectivity: "online", metrics: { battery: 80 } },
    meter: { connectivity: "offline", simulated: true, metrics: { fault: true } },
  });
  foreign = await addEstate(cloud, other, "Foreign", { secret: { connectivity: "online" } });
  ids.site = estate.site;
  ids.foreign = foreign.site;
});
afterAll(() => cloud[Symbol.asyncDispose]());

const name = "Penarth";
const SCENARIOS: Scenario[] = [
  {
    name: "a list has the organisation's own sites only",
    path: "/sites",
    status: 200,
    has: ["Cardiff Bay", '"total":1', '"nextCursor":null'],
    hasNot: ["Foreign"],
  },
  { name: "a search finds what matches", path: "/sites?q=CARDIFF", status: 200, has: ["Cardiff Bay"] },
  { name: "a search's wildcards are letters", path: "/sites?q=%25", status: 200, has: ['"total":0'] },
  { name: "a bad limit is named", path: "/sites?limit=0", status: 400, fields: ["limit"] },
  { name: "an unknown sort is named", path: "/sites?sort=colour", status: 400, fields: ["sort"] },
  { name: "a cursor that is none is named", path: "/sites?cursor=x", status: 400, fields: ["cursor"] },
  { name: "one site", path: "/sites/{site}", status: 200, has: ["Cardiff Bay", '"connected":false'] },
  { name: "another organisation's site does not exist", path: "/sites/{foreign}", status: 404 },
  { name: "a site that is not there", path: "/sites/{missing}", status: 404, code: "record.not-found" },
  { name: "an id that is none", path: "/sites/1", status: 400, fields: ["id"] },
  {
    name: "a site needs a name, and refuses what it does not know",
    path: "/sites",
    json: { name: " ", colour: "red", latitude: 91 },
    status: 400,
    code: "request.invalid",
    fields: ["colour", "latitude", "name"],
  },
  {
    name: "two sites cannot have one name",
    path: "/sites",
    json: { name: "Cardiff Bay" },
    status: 409,
    code: "record.conflict",
    fields: ["name"],
  },
  {
    name: "another organisation may have a site of this name",
    path: "/sites",
    json: { name: "Foreign" },
    status: 201,
    changes: { site: 1 },
  },
  {
    name: "a new site has what was said of it",
    path: "/sites",
    json: { name, description: "by the sea", timeZone: "Europe/London", latitude: 51.4, longitude: -3.2 },
    status: 201,
    has: [name, "by the sea", "Europe/London", "51.4", '"gateway":null'],
    changes: { site: 1 },
  },
  {
    name: "a site is changed whole",
    method: "PUT",
    path: "/sites/{site}",
    json: { name: "Cardiff Bay", address: "Mermaid Quay" },
    status: 200,
    has: ["Mermaid Quay", '"timeZone":"UTC"'],
  },
  {
    name: "a change to a name that is taken is refused",
    method: "PUT",
    path: "/sites/{site}",
    json: { name },
    status: 409,
    fields: ["name"],
  },
  {
    name: "another organisation's site cannot be changed",
    method: "PUT",
    path: "/sites/{foreign}",
    json: { name: "Mine" },
    status: 404,
  },
  { name: "another organisation's site stays", method: "DELETE", path: "/sites/{foreign}", status: 404 },
  { name: "a site's devices", path: "/sites/{site}/devices?sort=-name", status: 200, has: ["till", "meter"] },
  { name: "devices of another organisation's site", path: "/sites/{foreign}/devices", status: 404 },
];

test.each(SCENARIOS)("$name", async (scenario) => {
  await checkScenario(cloud, scenario, ids);
});

test("a site counts its devices by what they are now", async () => {
  const site = await cloud.read<Site>(`/sites/${estate.site}`);
  expect(site.devices).toEqual({
    total: 2,
    simulated: 1,
    connectivity: { online: 1, late: 0, offline: 1, never: 0 },
    health: { healthy: 1, warning: 0, error: 1, maintenance: 0, unknown: 0 },
  });
});

describe("a site that is deleted", () => {
  const DELETED: Scenario[] = [
    {
      name: "is out of every list, and its codes are void, the used one too",
      method: "DELETE",
      path: "/sites/{site}",
      status: 204,
      changes: { gateway_claim: -2 },
    },
    { name: "is not found", path: "/sites/{site}", status: 404 },
    { name: "cannot be changed", method: "PUT", path: "/sites/{site}", json: { name: "x" }, status: 404 },
    { name: "is not deleted twice", method: "DELETE", path: "/sites/{site}", status: 404 },
    { name: "has no place in the list", path: "/sites", status: 200, hasNot: ["Tredegar"] },
    { name: "nor its devices in theirs", path: "/devices", status: 200, hasNot: ["valve", "Tredegar"] },
    { name: "nor its gateway", path: "/gateways", status: 200, hasNot: ["Tredegar"] },
    { name: "nor in the counts", path: "/health", status: 200, hasNot: ["Tredegar"] },
    {
      name: "keeps its devices, as retired",
      path: "/devices/{device}",
      status: 200,
      has: ['"lifecycle":"retired"', '"siteName":"Tredegar"'],
    },
    {
      name: "and they do not come back without it",
      path: "/devices/{device}/restore",
      json: {},
      status: 409,
      code: "record.conflict",
    },
    {
      name: "is in the list of the deleted ones",
      path: "/sites?deleted=true",
      status: 200,
      has: ["Tredegar", '"total":1'],
    },
    {
      name: "is not another organisation's to restore",
      path: "/sites/{foreign}/restore",
      json: {},
      status: 404,
    },
    { name: "frees its name", path: "/sites", json: { name: "Tredegar" }, status: 201, changes: { site: 1 } },
    {
      name: "cannot come back while another has its name",
      path: "/sites/{site}/restore",
      json: {},
      status: 409,
      fields: ["name"],
    },
  ];

  test("is out of sight with all it has, and comes back whole", async () => {
    const gone = await addEstate(cloud, cloud.owner, "Tredegar", {
      valve: { connectivity: "online", metrics: { battery: 80 } },
      scrapped: {},
    });
    await cloud.api(`/devices/${gone.devices.scrapped}`, cloud.owner, { method: "DELETE" });
    await cloud.api("/gateways/claim", cloud.owner, { json: { site: "Tredegar" } });
    const known = { ...ids, site: gone.site, device: gone.devices.valve! };
    for (const scenario of DELETED) await checkScenario(cloud, scenario, known);
    const { items } = await cloud.read<Page<Site>>("/sites?q=tredegar");
    await cloud.api(`/sites/${items[0]!.id}`, cloud.owner, { method: "PUT", json: { name: "New" } });
    await checkScenario(
      cloud,
      { name: "back", path: "/sites/{site}/restore", json: {}, status: 200, has: ["Tredegar"] },
      known,
    );
    const back = await cloud.read<Page<Device>>(`/sites/${gone.site}/devices`);
    expect(back.items.map(({ key, lifecycle }) => [key, lifecycle])).toEqual([["valve", "active"]]);
    const actions = await cloud.read<Page<{ action: string }>>("/audit?q=Tredegar&action=site");
    expect(actions.items.map(({ action }) => action)).toEqual(
      expect.arrayContaining(["site.restore", "site.delete"]),
    );
  });
});

describe("labels of a site", () => {
  test("are kept, filtered by, offered as choices, and replaced whole", async () => {
    const labels = { tags: ["Pilot", "wales"], customAttributes: { Contract: "7" } };
    const made = await cloud.api("/sites", cloud.owner, { json: { name: "Labelled", ...labels } });
    const site = (await made.json()) as Site;
    expect([site.tags, site.customAttributes]).toEqual([["pilot", "wales"], { Contract: "7" }]);
    const named = async (path: string) => (await cloud.read<Page<Site>>(path)).items.map((one) => one.name);
    expect(await named("/sites?tag=pilot")).toEqual(["Labelled"]);
    expect(await named("/sites?tag=other")).toEqual([]);
    expect(await cloud.read("/sites/choices")).toEqual({ tags: ["pilot", "wales"] });
    expect((await cloud.read<Page<Site>>("/sites?tag=pilot", other)).items).toEqual([]);
    await cloud.api(`/sites/${site.id}`, cloud.owner, { method: "PUT", json: { name: "Labelled" } });
    expect(await cloud.read("/sites/choices")).toEqual({ tags: [] });
    const { items } = await cloud.read<Page<Site>>("/sites");
    expect(await cloud.read("/sites/brief")).toEqual({
      sites: items.map(({ id, name, timeZone, gateway }) => ({
        ...{ id, name, timeZone, hasGateway: gateway !== null },
      })),
    });
    await checkScenario(cloud, {
      name: "a bad label is named",
      path: "/sites",
      json: { name: "Bad", tags: ["two words"], customAttributes: { Shelf: "" } },
      status: 400,
      fields: ["customAttributes.Shelf", "tags.0"],
    });
  });
});

test("an empty site can be deleted, with the codes that were made for it", async () => {
  const { siteId } = (await (
    await cloud.api("/gateways/claim", cloud.owner, { json: { site: "Short-lived" } })
  ).json()) as { siteId: string };
  await checkScenario(cloud, {
    name: "deleted",
    method: "DELETE",
    path: `/sites/${siteId}`,
    status: 204,
    changes: { gateway_claim: -1 },
  });
});

test("pages follow each other without gap or repetition, in both directions", async () => {
  for (let index = 0; index < 7; index += 1) {
    await cloud.api("/sites", other, { json: { name: `Page ${index}` } });
  }
  for (const sort of ["name", "-name", "createdAt", "-createdAt"]) {
    const names: string[] = [];
    let cursor = "";
    do {
      const page: Page<Site> = await cloud.read(`/sites?q=page&limit=3&sort=${sort}${cursor}`, other);
      expect(page.total).toBe(7);
      names.push(...page.items.map((site) => site.name));
      cursor = page.nextCursor === null ? "" : `&cursor=${page.nextCursor}`;
    } while (cursor !== "");
    expect([sort, new Set(names).size, names.length]).toEqual([sort, 7, 7]);
  }
});

test("a site's devices can be filtered as devices are, but not by another site", async () => {
  const path = `/sites/${estate.site}/devices?connectivity=offline&site=${foreign.site}`;
  const page = await cloud.read<Page<Device>>(path);
  expect(page.items.map((device) => device.key)).toEqual(["meter"]);
});
