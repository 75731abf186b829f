import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { sql } from "kysely";
import type { Permission } from "../protocol/accounts/permissions.ts";
import { BUILT_IN_ROLES, ROLE_PERMISSIONS } from "../protocol/accounts/role.ts";
import type { ApiDocument } from "./http/document.ts";
import { addEstate, type Estate } from "./testing/estate.ts";
import type { Person } from "./testing/start-cloud.ts";
import { startPages, type TestPages } from "./testing/start-pages.ts";

/**
 * Another organisation's records do not exist, whichever way one looks for them: by the dashboard's pages and forms, by
 * lists, counts, searches and exports, by filters with ids one has guessed, and by the line of events. The API's
 * addresses with an id are walked in app.test.ts. Every walk is made from the router: an address without a row fails.
 */

let pages: TestPages;
let owner: Person;
let other: Person;
let foreign: Estate;
/** Ids of the other organisation's records, by the first part of the address that takes them. */
const ids: Record<string, string> = {};

beforeAll(async () => {
  pages = await startPages();
  const { cloud } = pages;
  owner = cloud.owner;
  await addEstate(cloud, owner, "Own", { own: { metrics: { power: 1 }, attributes: { firmware: "1" } } });
  other = await cloud.addOwner("secret-owner@elsewhere.test", "Secret elsewhere");
  foreign = await addEstate(cloud, other, "Secret place", {
    "secret-till": {
      attributes: { name: "Secret till", type: "secret-type", firmware: "secret-9" },
      metrics: { battery: 3 },
      connectivity: "offline",
    },
  });
  const made = async (path: string, json: object): Promise<{ id: string }> =>
    (await (await cloud.api(path, other, { json })).json()) as { id: string };
  const change = { targets: { filter: {} }, action: { kind: "add-tag", tag: "secret-tag" } };
  const role = { name: "Secret role", permissions: ["device:read"] };
  const bulk = await made("/devices/bulk", change);
  const job = { name: "Secret job", kind: "ping", arguments: {}, targets: { sites: [foreign.site] } };
  const news = { targets: { everyone: true }, message: { title: "Secret news" } };
  const told = await made("/notifications", news);
  const template = await made("/notifications/templates", {
    name: "Secret template",
    messages: { en: { title: "Secret" } },
  });
  const program = { method: "POST", body: "secret program" };
  const uploaded = await cloud.api("/firmware?name=Secret+firmware&version=secret-9", other, program);
  await cloud.cloud.notifications.idle();
  const member = (await cloud.read<{ items: { id: string }[] }>("/members", other)).items[0]!;
  const session = (await cloud.read<{ items: { id: string }[] }>("/auth/sessions", other)).items[0]!;
  Object.assign(ids, {
    "/sites": foreign.site,
    "/devices": foreign.devices["secret-till"],
    "/simulation": foreign.site,
    "/jobs": (await made("/jobs", job)).id,
    "/notifications": told.id,
    "/notifications/templates": template.id,
    "/devices/bulk": bulk.id,
    "/firmware": ((await uploaded.json()) as { id: string }).id,
    "/gateways": foreign.gateway,
    "/settings/roles": (await made("/organization/roles", role)).id,
    "/settings/sessions": session.id,
    "/settings/members": member.id,
    "/settings/invitations": (await made("/invitations", { email: "secret@elsewhere.test", role: "viewer" }))
      .id,
    "/settings/notifications": (
      await made("/push/subscribe", {
        address: { platform: "apns", token: "ab".repeat(32) },
        label: "Secret",
      })
    ).id,
    // The platforms are the same for everybody; what is entered for one is each organisation's own.
    "/settings/push": "none",
  });
});
afterAll(() => pages[Symbol.asyncDispose]());

/** Method and path of every page and form, as the router has them. */
const routes = (): [string, string][] => {
  const all = pages.app.routes
    .filter(({ method, path }) => method !== "ALL" && !path.startsWith("/api/"))
    .map(({ method, path }) => `${method} ${path}`);
  return [...new Set(all)].map((route) => route.split(" ") as [string, string]);
};
const ask = (method: string, path: string, as: Person, form: Record<string, string> = {}) =>
  method === "GET" ? pages.open(path, as) : pages.send(path, form, as);
/** The path with its record's id, by the part before it. Throws for one that has no row. */
function addressed(path: string, rows: Readonly<Record<string, string>>): string {
  const at = path.indexOf("/:");
  if (at < 0) return path;
  const id = rows[path.slice(0, at)];
  if (id === undefined) throw new Error(`${path} needs a row with an id`);
  return path.replace(/:\w+/, id).replace(/:\w+/, "none");
}
/** Files of the service, which are the same for everybody. */
const OF_ALL = /^\/((assets|releases)\/|install\.sh$)/;
/** Leads to the page of the record, whatever it is. */
const LEADS_ON = new Set([
  "GET /sites/:id/configuration/check",
  "GET /devices/:id/configuration/check",
  "GET /simulation/:site/faults",
  "GET /settings/notifications/:id/test",
  "GET /settings/push/:platform/forget",
  "GET /notifications/templates/:id/preview",
  "GET /notifications/templates/:id/remove",
]);
/** An id that is of nothing. */
const NOBODY = "01900000-0000-7000-8000-000000000000";
/** What a form is sent, so that what was typed is not what it is refused for. */
const FORMS: Record<string, Record<string, string>> = {
  "POST /sites/:id/edit": { name: "Mine", timeZone: "UTC" },
  "POST /devices/:id/configuration": { config: "{}" },
  "POST /devices/:id/configuration/revert": { to: "1" },
  "POST /sites/:id/configuration": { config: "{}" },
  "POST /sites/:id/configuration/revert": { to: "1" },
  "POST /settings/configuration": { config: "{}" },
  "POST /settings/configuration/schema": { type: "thermostat", rows: "0" },
  "POST /devices/:id/details": { name: "Mine", type: "mine", tags: "", customAttributes: "" },
  "POST /settings/members/:id/role": { role: "viewer" },
  "POST /notifications/open": { id: NOBODY, link: "/" },
  "POST /notifications/read": { id: NOBODY },
  "POST /notifications/dead-letters/replay": { ids: NOBODY },
  "POST /settings/notifications/topics": { topic: "secret-free", subscribe: "false" },
  "POST /settings/notifications/:id/rename": { label: "Mine" },
  "POST /settings/roles/:id/edit": { name: "Mine", permissions: "device:read" },
  "POST /sites/new": { timeZone: "UTC" },
  "POST /simulation/start": { scenario: "restaurant", seed: "1" },
  "POST /simulation/:site/faults": { what: "offline", which: "till-1" },
  "POST /devices/new": { key: "by-form" },
  "POST /sites/import": { csv: "name\nImported" },
  "POST /sites/import/run": { csv: "name\nImported" },
  "POST /devices/import": { csv: "site,key\nNowhere,till-1" },
  "POST /devices/import/run": { csv: "site,key\nNowhere,till-1" },
  "POST /devices/bulk": { filter: "/devices", scope: "all" },
  "POST /devices/bulk/run": { filter: "/devices", kind: "add-tag", tag: "form" },
  "POST /gateways/add": { site: "Made by a form" },
  "POST /settings/telemetry": { rawDays: "0", keepDays: "0" },
  "POST /settings/roles/new": { permissions: "device:read" },
  "POST /settings/members": { email: "form@b.test", role: "viewer" },
};
/** What no answer to the first organisation may have in it. */
const SECRET = /secret/i;

test("no page or form takes an id of another organisation, nor changes what it is of", async () => {
  const rows = routes().filter(
    ([method, path]) => path.includes("/:") && !OF_ALL.test(path) && !LEADS_ON.has(`${method} ${path}`),
  );
  expect(rows.length).toBeGreaterThan(12);
  const wrong: string[] = [];
  for (const [method, path] of rows) {
    const answer = await ask(method, addressed(path, ids), owner, FORMS[`${method} ${path}`]);
    const body = await answer.text();
    if (answer.status !== 404 || SECRET.test(body)) wrong.push(`${method} ${path}: ${answer.status}`);
  }
  expect(wrong).toEqual([]);
  for (const [path, part] of [
    [`/sites/${foreign.site}`, "Secret place"],
    [`/devices/${foreign.devices["secret-till"]}`, "Secret till"],
  ] as const)
    expect(await pages.cloud.read<{ name: string }>(path, other)).toMatchObject({ name: part });
});

test("no list, count, search, export or page tells of another organisation, whatever it is asked with", async () => {
  const { paths } = (await (await pages.app.request("/api/v1/openapi.json")).json()) as ApiDocument;
  const guesses: Record<string, string[]> = {
    q: ["secret"],
    site: [foreign.site],
    tag: ["secret-tag"],
    type: ["secret-type"],
    firmware: ["secret-9"],
    actor: [other.scope.userId],
    target: [foreign.site],
    watch: [foreign.devices["secret-till"]!],
    connectivity: ["offline"],
    health: ["error"],
    deleted: ["true"],
  };
  const wrong: string[] = [];
  let asked = 0;
  for (const [path, { get }] of Object.entries(paths)) {
    if (get === undefined || path.includes("{") || path.endsWith("/openapi.json")) continue;
    const names = (get.parameters ?? []).map(({ name }) => name);
    const queries = names.flatMap((name) => (guesses[name] ?? []).map((guess) => `?${name}=${guess}`));
    for (const query of ["", ...queries]) {
      const answer = await pages.cloud.api(`${path.replace("/api/v1", "")}${query}`, owner);
      const body = (await answer.text()).replaceAll(query.slice(1), "");
      asked += 1;
      if (SECRET.test(body) || Object.values(ids).some((id) => body.includes(id))) wrong.push(path + query);
      const total = answer.ok ? /"total":(\d+)/.exec(body)?.[1] : undefined;
      const unknown = /\?(q|site|tag|type|firmware|actor|target)=/.test(query);
      if (unknown && total !== undefined && total !== "0") wrong.push(`${path}${query}: ${total}`);
    }
  }
  expect([wrong, asked > 40]).toEqual([[], true]);
  for (const [method, path] of routes()) {
    // What everybody is shown speaks of secrets by itself.
    if (method !== "GET" || path.includes(":") || path.startsWith("/docs")) continue;
    const query = `?q=secret-tag&site=${foreign.site}`;
    for (const address of [path, `${path}${query}`]) {
      const body = (await (await pages.open(address)).text()).replaceAll("secret-tag", "");
      // A form says which id it was opened with.
      if (SECRET.test(body)) wrong.push(address);
    }
  }
  expect(wrong).toEqual([]);
});

test("no address that is only opened changes anything", async () => {
  const { cloud } = pages;
  const id = (await cloud.read<{ items: { id: string }[] }>("/devices")).items[0]!.id;
  const gets = pages.app.routes.filter(({ method }) => method === "GET").map(({ path }) => path);
  const waits = new Set(["/api/v1/events", "/api/v1/gateways/connect"]);
  // The log-in of the walk itself.
  await pages.open("/");
  const changes = () => sql<{ total: number }>`select total_changes() as total`.execute(cloud.db.writer);
  const before = (await changes()).rows;
  for (const path of new Set(gets)) if (!waits.has(path)) await pages.open(path.replace(":id", id));
  expect((await changes()).rows).toEqual(before);
  expect(gets.length).toBeGreaterThan(60);
});

test("a bulk change, an import and a new device of another organisation's ids change nothing", async () => {
  const { cloud } = pages;
  const id = foreign.devices["secret-till"]!;
  const bulk = { targets: { ids: [id] }, action: { kind: "retire" } };
  const preview = await cloud.api("/devices/bulk/preview", owner, { json: { ids: [id] } });
  expect(await preview.json()).toEqual({ total: 0, some: [] });
  expect(await (await cloud.api("/devices/bulk", owner, { json: bulk })).json()).toMatchObject({
    changed: 0,
  });
  for (const [path, body] of [
    ["/devices/import", `id,name\n${id},Mine`],
    ["/sites/import", `id,name\n${foreign.site},Mine`],
  ] as const) {
    const answer = await cloud.api(path, owner, { method: "POST", body });
    expect([answer.status, await answer.text()]).toEqual([422, expect.not.stringMatching(SECRET)]);
  }
  for (const [path, json] of [
    ["/devices", { siteId: foreign.site, key: "mine" }],
    ["/gateways/claim", { siteId: foreign.site }],
    ["/gateways/claim", { replaces: foreign.gateway }],
    ["/invitations", { email: "a@b.test", role: ids["/settings/roles"] }],
  ] as const) {
    const answer = await cloud.api(path, owner, { json });
    expect([path, [400, 403, 404].includes(answer.status)]).toEqual([path, true]);
  }
  expect(await cloud.read(`/devices/${id}`, other)).toMatchObject({
    name: "Secret till",
    lifecycle: "active",
  });
});

/** What a role must allow to open a page or to send a form; `anyone`: who is logged in; `open`: everybody. */
const NEEDS: Record<string, Permission | "anyone" | "open"> = {
  "GET /": "anyone",
  "GET /sites": "site:read",
  "GET /sites/new": "site:write",
  "POST /sites/new": "site:write",
  "GET /sites/:id": "site:read",
  "GET /sites/:id/edit": "site:write",
  "POST /sites/:id/edit": "site:write",
  "POST /sites/:id/remove": "site:write",
  "POST /sites/:id/restore": "site:write",
  "GET /devices": "device:read",
  "GET /devices/new": "device:write",
  "POST /devices/new": "device:write",
  "GET /devices/:id": "device:read",
  "GET /devices/:id/configuration": "device:read",
  "POST /devices/:id/configuration": "device:write",
  "POST /devices/:id/configuration/revert": "device:write",
  "GET /sites/:id/configuration": "device:read",
  "POST /sites/:id/configuration": "device:write",
  "POST /sites/:id/configuration/revert": "device:write",
  "GET /settings/configuration": "device:read",
  "POST /settings/configuration": "device:write",
  "POST /settings/configuration/revert": "device:write",
  ...Object.fromEntries(
    ["/devices/:id/configuration", "/sites/:id/configuration", "/settings/configuration"].map((path) => [
      `GET ${path}/check`,
      "anyone",
    ]),
  ),
  "POST /devices/:id/configuration/check": "device:write",
  "POST /sites/:id/configuration/check": "device:read",
  "POST /settings/configuration/check": "device:read",
  "GET /settings/configuration/schema": "organization:write",
  "POST /settings/configuration/schema": "organization:write",
  ...Object.fromEntries(
    ["check", "more"].map((verb) => [`GET /settings/configuration/schema/${verb}`, "anyone"]),
  ),
  ...Object.fromEntries(
    ["check", "more"].map((verb) => [`POST /settings/configuration/schema/${verb}`, "organization:write"]),
  ),
  "POST /devices/:id/details": "device:write",
  "POST /devices/:id/retire": "device:write",
  "POST /devices/:id/remove": "device:write",
  "POST /devices/:id/restore": "device:write",
  "GET /sites/import": "site:write",
  "GET /sites/import/run": "site:write",
  "POST /sites/import": "site:write",
  "POST /sites/import/run": "site:write",
  "GET /devices/import": "device:write",
  "GET /devices/import/run": "device:write",
  "POST /devices/import": "device:write",
  "POST /devices/import/run": "device:write",
  "GET /devices/bulk": "anyone",
  "GET /devices/bulk/run": "anyone",
  "POST /devices/bulk": "device:write",
  "POST /devices/bulk/run": "device:write",
  "POST /devices/bulk/:id/undo": "device:write",
  "GET /gateways": "gateway:read",
  "GET /gateways/:id": "gateway:read",
  "GET /gateways/add": "gateway:claim",
  "POST /gateways/add": "gateway:claim",
  "POST /gateways/:id/replace": "gateway:claim",
  "POST /gateways/:id/revoke": "gateway:write",
  "POST /gateways/:id/rotate-key": "gateway:write",
  "GET /settings": "anyone",
  "GET /settings/audit": "audit:read",
  "GET /settings/telemetry": "organization:read",
  "POST /settings/telemetry": "organization:write",
  "GET /settings/roles": "member:read",
  "GET /settings/roles/new": "member:write",
  "POST /settings/roles/new": "member:write",
  "GET /settings/roles/:id/edit": "member:write",
  "POST /settings/roles/:id/edit": "member:write",
  "POST /settings/roles/:id/remove": "member:write",
  "GET /settings/members": "member:read",
  "POST /settings/members": "member:write",
  "POST /settings/members/:id/role": "member:write",
  "POST /settings/members/:id/remove": "member:write",
  "POST /settings/invitations/:id/withdraw": "member:write",
  "POST /settings/sessions/end-others": "anyone",
  "POST /settings/sessions/:id/end": "anyone",
  "POST /settings/organization": "anyone",
  "GET /settings/name": "anyone",
  "POST /settings/name": "anyone",
  "GET /settings/organization/name": "organization:write",
  "POST /settings/organization/name": "organization:write",
  "GET /settings/password": "anyone",
  "POST /settings/password": "anyone",
  "GET /notifications": "notification:read",
  "POST /notifications/open": "notification:read",
  "POST /notifications/read": "notification:read",
  "GET /notifications/history": "notification:read",
  "GET /notifications/dead-letters": "notification:read",
  "POST /notifications/dead-letters/replay": "notification:send",
  "GET /notifications/new": "notification:send",
  "POST /notifications/new": "notification:send",
  "GET /notifications/new/preview": "anyone",
  "POST /notifications/new/preview": "notification:send",
  "GET /notifications/statistics": "notification:read",
  "GET /notifications/templates": "notification:read",
  "GET /notifications/templates/new": "notification:send",
  "POST /notifications/templates/new": "notification:send",
  "GET /notifications/templates/:id": "notification:read",
  "POST /notifications/templates/:id": "notification:send",
  "POST /notifications/templates/new/preview": "notification:send",
  "GET /notifications/templates/:id/preview": "anyone",
  "POST /notifications/templates/:id/preview": "notification:send",
  "GET /notifications/templates/:id/remove": "anyone",
  "POST /notifications/templates/:id/remove": "notification:send",
  "GET /notifications/:id": "notification:read",
  "POST /notifications/:id/cancel": "notification:send",
  "POST /notifications/:id/replay": "notification:send",
  "GET /notifications/:id/deliveries/:delivery": "notification:read",
  "GET /settings/notifications": "notification:read",
  "POST /settings/notifications": "notification:read",
  "GET /settings/notifications/topics": "anyone",
  "POST /settings/notifications/topics": "notification:read",
  "GET /settings/notifications/:id/test": "anyone",
  ...Object.fromEntries(
    ["test", "rename", "remove"].map((deed) => [
      `POST /settings/notifications/:id/${deed}`,
      "notification:read",
    ]),
  ),
  "GET /settings/push": "notification:read",
  "POST /settings/push/rotate-vapid": "organization:write",
  "GET /settings/push/:platform": "notification:read",
  "POST /settings/push/:platform": "organization:write",
  "GET /settings/push/:platform/forget": "anyone",
  "POST /settings/push/:platform/forget": "organization:write",
  "GET /search": "anyone",
  "GET /design": "anyone",
  "GET /jobs": "job:read",
  "GET /devices/:id/jobs": "job:read",
  "GET /devices/:id/notifications": "notification:read",
  "GET /jobs/new": "job:run",
  "POST /jobs/new": "job:run",
  "GET /jobs/new/preview": "anyone",
  "POST /jobs/new/preview": "job:run",
  "GET /jobs/new/targets": "anyone",
  "GET /notifications/new/targets": "anyone",
  "POST /jobs/new/targets": "job:run",
  "POST /notifications/new/targets": "notification:send",
  "GET /jobs/queue": "job:read",
  "GET /firmware": "job:read",
  "GET /firmware/new": "firmware:write",
  "POST /firmware/new": "firmware:write",
  "GET /firmware/new/check": "anyone",
  "POST /firmware/new/check": "firmware:write",
  "POST /firmware/:id/remove": "firmware:write",
  "POST /firmware/:id/restore": "firmware:write",
  "POST /jobs/queue": "job:write",
  "GET /jobs/:id": "job:read",
  ...Object.fromEntries(
    ["pause", "resume", "retry", "cancel", "executions/:execution/cancel", "executions/:execution/retry"].map(
      (deed) => [`POST /jobs/:id/${deed}`, "job:run"],
    ),
  ),
  "GET /jobs/:id/executions/:execution": "job:read",
  "GET /simulation": "device:read",
  "GET /simulation/start": "simulation:run",
  "POST /simulation/start": "simulation:run",
  "GET /simulation/:site": "device:read",
  "GET /simulation/:site/faults": "anyone",
  "POST /simulation/:site/faults": "simulation:run",
  "POST /simulation/:site/faults/:fault/clear": "simulation:run",
  "POST /simulation/:site/stop": "simulation:run",
  "GET /settings/shortcuts": "anyone",
  "GET /docs": "anyone",
  "GET /docs/errors": "anyone",
  ...Object.fromEntries(
    ["login", "signup", "setup", "forgot-password", "reset-password", "invitation"].flatMap((name) => [
      [`GET /${name}`, "open"],
      [`POST /${name}`, "open"],
    ]),
  ),
  // They look at what was sent, and at nothing else.
  ...Object.fromEntries(
    [
      ...[
        "login",
        "signup",
        "forgot-password",
        "reset-password",
        "invitation",
        "password",
        "invite",
        "role",
        "name",
      ],
      ...["site", "device", "device-details", "device-bulk", "gateway", "retention", "simulation", "fault"],
      ...["notification-settings", "organization-name", "platform"],
    ].map((form) => [`POST /check/${form}`, "open"]),
  ),
  ...Object.fromEntries(
    [
      "POST /logout",
      "POST /theme",
      "POST /shortcuts",
      "POST /lists",
      "POST /language",
      "GET /offline",
      "GET /healthz",
      "GET /readyz",
    ].map((route) => [route, "open"]),
  ),
  "GET /assets/:name": "open",
  "GET /install.sh": "open",
  "GET /releases/index.json": "open",
  "GET /releases/:release/:file": "open",
  "GET /releases/:release/:file/from/:base": "open",
  "GET /service-worker.js": "open",
  "GET /manifest.webmanifest": "open",
};

describe("every page and form", () => {
  test("has a row that says what one must be allowed, and no row is of another", () => {
    const all = routes().map(([method, path]) => `${method} ${path}`);
    expect(Object.keys(NEEDS).sort()).toEqual(all.sort());
  });

  test("sends who is not logged in to the log-in, but for those that are open", async () => {
    const wrong: string[] = [];
    for (const [method, path] of routes()) {
      if (NEEDS[`${method} ${path}`] === "open") continue;
      const target = path.replaceAll(/:\w+/g, foreign.site);
      const answer = method === "GET" ? await pages.open(target, null) : await pages.send(target, {}, null);
      if (answer.status !== 303 || !answer.headers.get("location")?.startsWith("/login"))
        wrong.push(`${method} ${path}: ${answer.status}`);
    }
    expect(wrong).toEqual([]);
  });

  test.each([...BUILT_IN_ROLES])("lets the %s in where the role says so, and nowhere else", async (role) => {
    const { cloud } = pages;
    const person = await cloud.addMember(role);
    const estate = await addEstate(cloud, owner, `Of ${role}`, { own: {} });
    const made = async (path: string, json: object): Promise<string> =>
      ((await (await cloud.api(path, owner, { json })).json()) as { id: string }).id;
    const tag = { targets: { ids: [estate.devices.own] }, action: { kind: "add-tag", tag: role } };
    const own: Record<string, string> = {
      "/sites": estate.site,
      "/devices": estate.devices.own!,
      "/simulation": estate.site,
      "/jobs": await made("/jobs", { kind: "ping", arguments: {}, targets: { sites: [estate.site] } }),
      "/devices/bulk": await made("/devices/bulk", tag),
      "/firmware": await upload(cloud, role),
      "/gateways": estate.gateway,
      "/settings/roles": await made("/organization/roles", {
        name: `By ${role}`,
        permissions: ["device:read"],
      }),
      "/settings/members": await memberId(await cloud.addMember("viewer")),
      "/settings/invitations": await made("/invitations", { email: `${role}@b.test`, role: "viewer" }),
      "/settings/notifications": await made("/push/subscribe", {
        address: { platform: "mqtt", topic: role },
      }),
      "/settings/push": "apns",
      "/notifications/templates": await made("/notifications/templates", {
        name: `Template of ${role}`,
        messages: { en: { title: role } },
      }),
      "/notifications": await made("/notifications", {
        targets: { addresses: [{ platform: "mqtt", topic: role }] },
        message: { title: role },
      }),
    };
    const wrong: string[] = [];
    for (const [method, path] of routes()) {
      const needed = NEEDS[`${method} ${path}`]!;
      if (needed === "open" || needed === "anyone") continue;
      const form = {
        name: `Form of ${role}`,
        siteId: estate.site,
        site: estate.site,
        ...FORMS[`${method} ${path}`],
      };
      const answer = await ask(method, addressed(path, own), person, form);
      const may = ROLE_PERMISSIONS[role].includes(needed);
      if (may === (answer.status === 403)) wrong.push(`${method} ${path}: ${answer.status}`);
    }
    expect(wrong).toEqual([]);
  });
});

async function upload(cloud: TestPages["cloud"], name: string): Promise<string> {
  const program = { method: "POST", body: "a program" };
  const made = await cloud.api(`/firmware?name=${name}&version=1`, cloud.owner, program);
  return ((await made.json()) as { id: string }).id;
}

async function memberId({ email }: Person): Promise<string> {
  const { items } = await pages.cloud.read<{ items: { id: string; user: { email: string } }[] }>("/members");
  return items.find(({ user }) => user.email === email)!.id;
}
