import { afterAll, beforeAll, expect, test } from "bun:test";
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
  {
    name: "a site with a gateway stays",
    method: "DELETE",
    path: "/sites/{site}",
    status: 409,
    code: "record.conflict",
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

test("an empty site can be deleted, with the codes that were made for it", async () => {
  const { siteId } = (await (
    await cloud.api("/gateways/claim", cloud.owner, { json: { site: "Short-lived" } })
  ).json()) as { siteId: string };
  await checkScenario(cloud, {
    name: "deleted",
    method: "DELETE",
    path: `/sites/${siteId}`,
    status: 204,
    changes: { site: -1, gateway_claim: -1 },
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
