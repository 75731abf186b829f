import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Hono } from "hono";
import { ALL_PERMISSIONS, type Permission } from "../protocol/accounts/permissions.ts";
import { isBuiltIn, ROLE_PERMISSIONS } from "../protocol/accounts/role.ts";
import { ERRORS, RefusalError, refuse } from "../protocol/errors.ts";
import { MIB } from "../protocol/units.ts";
import type { Scope } from "./accounts/accounts.ts";
import { type AppParts, createApp } from "./app.ts";
import type { ApiDocument } from "./http/document.ts";
import type { AppEnv } from "./http/env.ts";
import { bareProblem } from "./http/problem.ts";
import { storeReceipts } from "./notifications/notifications.ts";
import { keyPair } from "./notifications/testing/platform-parts.ts";
import { checkScenario } from "./testing/api-scenario.ts";
import { addEstate, type Estate } from "./testing/estate.ts";
import { ORIGIN, type Person, startCloud, type TestCloud } from "./testing/start-cloud.ts";

let cloud: TestCloud;
let other: Person;
let foreign: Estate;

beforeAll(async () => {
  cloud = await startCloud();
  other = await cloud.addOwner("other@elsewhere.test", "Elsewhere");
  foreign = await addEstate(cloud, other, "Foreign", { secret: { metrics: { power: 1 } } });
});
afterAll(() => cloud[Symbol.asyncDispose]());

interface OpenApi {
  openapi: string;
  paths: Record<
    string,
    Record<string, { summary?: string; security?: unknown[]; "x-permission"?: string; responses: object }>
  >;
}
const document = async (): Promise<OpenApi> =>
  (await (await cloud.app.request("/api/v1/openapi.json")).json()) as OpenApi;
/** Every route of the API as the router has it: method and path, middleware left out. */
const routes = (): [string, string][] => {
  const all = cloud.app.routes
    .filter(({ method, path }) => method !== "ALL" && path.startsWith("/api/v1/"))
    .map(({ method, path }) => `${method} ${path}`);
  return [...new Set(all)].map((route) => route.split(" ") as [string, string]);
};
/** The id of a new role of `person`'s organisation. */
const addRole = async (person: Person, name: string, permissions: Permission[]): Promise<string> => {
  const made = await cloud.api("/organization/roles", person, { json: { name, permissions } });
  return ((await made.json()) as { id: string }).id;
};
/** The id of an address that is registered for the person; something was heard under it. */
const endpointOf = async (person: Person): Promise<string> => {
  const address = { platform: "mqtt", topic: "secret" };
  const made = await cloud.api("/push/subscribe", person, { json: { address } });
  const { id } = (await made.json()) as { id: string };
  const { organizationId } = person.scope;
  const receipt = { id, organizationId, deviceId: null, action: "opened", atMs: 1 } as const;
  await cloud.db.write((trx) => storeReceipts(trx, [receipt]));
  return id;
};
/** A job on the devices of an estate, that waits, with one of its executions. */
const addJob = async (person: Person, { site }: Estate): Promise<{ id: string; execution: string }> => {
  const made = await cloud.api("/jobs", person, { json: jobOn(site) });
  const { id } = (await made.json()) as { id: string };
  const { items } = await cloud.read<{ items: { id: string }[] }>(`/jobs/${id}/executions`, person);
  return { id, execution: items[0]!.id };
};
/** The id of a firmware with this name. */
const addFirmware = async (person: Person, name: string): Promise<string> => {
  const made = await cloud.api(`/firmware?version=1&name=${encodeURIComponent(name)}`, person, {
    method: "POST",
    body: name,
  });
  return ((await made.json()) as { id: string }).id;
};
const jobOn = (site: string) => ({
  name: "Secret job",
  kind: "ping",
  arguments: {},
  targets: { sites: [site] },
});
/** A notification that waits, with the delivery to one of the estate's devices. */
const addNotification = async (
  person: Person,
  { site }: Estate,
): Promise<{ id: string; delivery: string }> => {
  const json = { targets: { sites: [site] }, message: { title: "Secret news" }, siteHours: SELDOM };
  const made = await cloud.api("/notifications", person, { json });
  const { id } = (await made.json()) as { id: string };
  await cloud.cloud.notifications.idle();
  const { items } = await cloud.read<{ items: { id: string }[] }>(`/notifications/${id}/deliveries`, person);
  return { id, delivery: items[0]!.id };
};
const SELDOM = { from: "03:00", to: "03:01" };
const addTemplate = async (person: Person, name: string): Promise<string> => {
  const json = { ...TEMPLATE, name };
  return ((await (await cloud.api("/notifications/templates", person, { json })).json()) as { id: string })
    .id;
};
const TEMPLATE = { name: "Matrix", messages: { en: { title: "Matrix" } } };
const OPEN = new Set([
  "GET /api/v1/openapi.json",
  "GET /api/v1/auth/setup",
  "POST /api/v1/auth/setup",
  "POST /api/v1/auth/signup",
  "POST /api/v1/auth/login",
  "POST /api/v1/auth/forgot-password",
  "POST /api/v1/auth/reset-password",
  "GET /api/v1/auth/invitation",
  "POST /api/v1/auth/accept-invitation",
  "POST /api/v1/gateways/enroll",
  "GET /api/v1/gateways/connect",
  "POST /api/v1/receipts",
]);

test("the document of the API goes out packed to whoever can unpack it", async () => {
  const ask = (encodings: string) =>
    cloud.app.request("/api/v1/openapi.json", { headers: { "accept-encoding": encodings } });
  const [packed, plain] = [await ask("br, gzip"), await ask("identity")];
  expect([packed, plain].map(({ headers }) => headers.get("content-encoding"))).toEqual(["gzip", null]);
  const unpacked = packed.body!.pipeThrough(new DecompressionStream("gzip"));
  expect(await new Response(unpacked).text()).toBe(await plain.text());
});

describe("every route of the API", () => {
  test("is in the document, and the other way round", async () => {
    const { paths } = await document();
    const documented = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const routed = routes().map(([method, path]) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`);
    expect(documented.sort()).toEqual(routed.sort());
  });

  test("needs somebody who is logged in, but for those that are open", async () => {
    const answers: string[] = [];
    for (const [method, path] of routes()) {
      const target = path
        .replace(":id", foreign.site)
        .replace(":execution", foreign.site)
        .replace(":sha256", "0".repeat(64));
      const answer = await cloud.app.request(target, { method });
      const challenge = answer.headers.get("www-authenticate") ?? "";
      if (answer.status !== 401 || !/^(Bearer$|Homepot-Gateway )/.test(challenge))
        answers.push(`${method} ${path}`);
    }
    expect(answers.sort()).toEqual([...OPEN].sort());
  });

  test("says of another organisation's record that it does not exist, and changes nothing", async () => {
    const member = await cloud.read<{ items: { id: string }[] }>("/members", other);
    const invited = await cloud.api("/invitations", other, {
      json: { email: "secret@elsewhere.test", role: "viewer" },
    });
    const session = await cloud.read<{ items: { id: string }[] }>("/auth/sessions", other);
    const changed = await cloud.api("/devices/bulk", other, {
      json: { targets: { filter: {} }, action: { kind: "add-tag", tag: "secret" } },
    });
    const job = await addJob(other, foreign);
    const notification = await addNotification(other, foreign);
    const ids = {
      sites: foreign.site,
      gateways: foreign.gateway,
      devices: foreign.devices.secret!,
      bulk: ((await changed.json()) as { id: string }).id,
      members: member.items[0]!.id,
      invitations: ((await invited.json()) as { id: string }).id,
      organization: await addRole(other, "Secret role", ["device:read"]),
      auth: session.items[0]!.id,
      push: await endpointOf(other),
      jobs: job.id,
      notifications: notification.id,
      templates: await addTemplate(other, "Secret template"),
      firmware: await addFirmware(other, "secret"),
      config: foreign.site,
    };
    const bodies: Record<string, object> = {
      "PUT /api/v1/notifications/templates/:id": TEMPLATE,
      "PUT /api/v1/sites/:id": { name: "Mine" },
      "PATCH /api/v1/devices/:id": { name: "Mine" },
      "PUT /api/v1/devices/:id/config": { config: {} },
      "POST /api/v1/devices/:id/config/revert": { version: 1 },
      "PUT /api/v1/config/sites/:id": { config: {} },
      "POST /api/v1/config/sites/:id/revert": { version: 1 },
      "PATCH /api/v1/members/:id": { role: "viewer" },
      "PATCH /api/v1/push/endpoints/:id": { label: "Mine" },
      "PUT /api/v1/organization/roles/:id": { name: "Mine", permissions: ["site:read"] },
    };
    const withId = routes().filter(([, path]) => path.includes(":id"));
    expect(withId.length).toBeGreaterThan(8);
    for (const [method, path] of withId) {
      const [, kind = ""] =
        /^\/api\/v1\/(?:devices\/(?=bulk)|notifications\/(?=templates))?(\w+)\//.exec(path) ?? [];
      const json = bodies[`${method} ${path}`];
      await checkScenario(cloud, {
        name: path,
        method: method as "GET",
        path: path
          .replace("/api/v1", "")
          .replace(":id", ids[kind as keyof typeof ids])
          .replace(":execution", job.execution)
          .replace(":delivery", notification.delivery),
        ...(json === undefined ? {} : { json }),
        status: 404,
        code: "record.not-found",
        hasNot: ["Foreign", "secret", "Secret"],
      });
    }
    const site = await cloud.read<{ name: string }>(`/sites/${foreign.site}`, other);
    expect(site.name).toBe("Foreign");
    const still = await cloud.read<{ items: unknown[] }>("/invitations", other);
    expect(still.items.length).toBe(1);
  });
});

test("whatever the dashboard's pages ask of a capability the API asks of it too", async () => {
  const calls = async (files: string) => {
    const capability =
      "sites|devices|bulk|gateways|members|roles|sessions|retentions|audit|telemetry|health|accounts|jobs";
    const found = new Set<string>();
    for await (const file of new Bun.Glob(files).scan("cloud")) {
      const text = await Bun.file(`cloud/${file}`).text();
      for (const [call] of text.matchAll(new RegExp(`\\b(${capability})\\.\\w+(?=\\()`, "g")))
        found.add(call);
    }
    return found;
  };
  const pages = await calls("**/{pages,*-pages}.{ts,tsx}");
  expect(pages.size).toBeGreaterThan(20);
  expect([...pages.difference(await calls("**/{routes,*-routes}.ts"))]).toEqual([]);
});

describe("what a role may do", () => {
  /** Every operation of the document with the permission it names, and a path that leads to a record of our own. */
  const operations = async (own: Estate) => {
    const job = await addJob(cloud.owner, own);
    const notification = await addNotification(cloud.owner, own);
    const ids: Record<string, string> = {
      sites: own.site,
      gateways: own.gateway,
      devices: own.devices.own!,
      // One that is not there: what is there belongs to somebody.
      push: own.site,
      jobs: job.id,
      notifications: notification.id,
      firmware: await addFirmware(cloud.owner, `beside ${own.site}`),
      config: own.site,
      // Nobody gives more than they have: one that whoever may give any may give.
      organization: await addRole(cloud.owner, `Role beside ${own.site}`, ["member:write"]),
    };
    const invitation = { email: "matrix@homepot.test", role: ids.organization };
    const bodies: Record<string, object | string> = {
      ...BODIES,
      "POST /api/v1/invitations": invitation,
      "POST /api/v1/agents/simulation/start": { siteId: own.site, scenario: "payment-rollout" },
      "POST /api/v1/agents/simulation/stop": { siteId: own.site },
      "POST /api/v1/agents/simulation/faults": { siteId: own.site, what: "offline", which: "*" },
      "POST /api/v1/agents/simulation/faults/clear": { siteId: own.site, fault: "scenario-1" },
      "POST /api/v1/devices": { siteId: own.site, key: "by-hand" },
      "POST /api/v1/firmware": "bytes",
      "POST /api/v1/jobs": jobOn(own.site),
      "POST /api/v1/jobs/preview": jobOn(own.site),
      "POST /api/v1/jobs/order": { ids: [job.id] },
    };
    const queries: Record<string, string> = { "POST /api/v1/firmware": `?name=${own.site}&version=1` };
    const { paths } = await document();
    return Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, described]) => {
        const [, kind = ""] = /^\/api\/v1\/(\w+)/.exec(path) ?? [];
        const name = `${method.toUpperCase()} ${path}`;
        return {
          name,
          method: method.toUpperCase(),
          init: ["get", "delete"].includes(method) ? {} : withBody(bodies[name]),
          target: path
            .replace("/api/v1", "")
            .replace("{id}", ids[kind] ?? "none")
            .replace("{platform}", "apns")
            .replace("{type}", "terminal")
            .replace("{execution}", job.execution)
            .replace("{delivery}", notification.delivery)
            .replace("{topic}", "doors")
            .replace("{sha256}", "0".repeat(64))
            .concat(queries[name] ?? ""),
          permission: described["x-permission"] ?? "",
        };
      }),
    );
  };

  test("is written at every route, and is one that exists", async () => {
    const own = await addEstate(cloud, cloud.owner, "Permissions", { own: { metrics: { power: 1 } } });
    const known = new Set<string>([...ALL_PERMISSIONS, "anyone", "open"]);
    const unknown = (await operations(own)).filter(({ permission }) => !known.has(permission));
    expect(unknown).toEqual([]);
  });

  /** By name what each may do: the built-in roles, and for every permission a role that has it and nothing else. */
  const roles: Record<string, readonly Permission[]> = {
    ...ROLE_PERMISSIONS,
    ...Object.fromEntries(ALL_PERMISSIONS.map((permission) => [`only ${permission}`, [permission]])),
  };
  test.each(Object.entries(roles))(
    "%s: everything its permissions say, and nothing else",
    async (role, all) => {
      const own = await addEstate(cloud, cloud.owner, `Of ${role}`, { own: { metrics: { power: 1 } } });
      const id = isBuiltIn(role) ? role : await addRole(cloud.owner, role, [...all]);
      const person = await cloud.addMember(id);
      const wrong: string[] = [];
      for (const { name, method, target, init, permission } of await operations(own)) {
        if (permission === "open" || permission === "anyone") continue;
        const answer = await cloud.api(target, person, { method, ...init });
        const may = all.includes(permission as Permission);
        if (may === (answer.status === 403)) wrong.push(`${name}: ${answer.status}`);
      }
      expect(wrong).toEqual([]);
    },
  );

  test("writes what it changes into the transaction that a key of the request waits for", async () => {
    const own = await addEstate(cloud, cloud.owner, "Keys", { own: { metrics: { power: 1 } } });
    const without: string[] = [];
    let writes = 0;
    for (const { name, method, target, init, permission } of await operations(own)) {
      if (permission === "open" || permission === "anyone" || method === "GET") continue;
      const headers = { "idempotency-key": name };
      await cloud.db.write((trx) => trx.deleteFrom("idempotent_request").execute());
      const answer = await cloud.api(target, cloud.owner, { method, headers, ...init });
      if (!answer.ok) continue;
      writes += 1;
      const marked = await cloud.db.read
        .selectFrom("idempotent_request")
        .select("took_effect")
        .executeTakeFirstOrThrow();
      if (marked.took_effect !== 1 && !ONLY_READS.has(name)) without.push(name);
    }
    expect(without).toEqual([]);
    expect(writes).toBeGreaterThan(4);
  });

  test("of an organisation's own making is what its permissions say", async () => {
    const scope: Scope = { ...cloud.owner.scope, role: "viewer", permissions: ["site:write"] };
    expect(await cloud.cloud.sites.create(scope, { ...SITE, name: "By a custom role" })).toMatchObject({
      ok: true,
    });
    const list = await cloud.cloud.sites.list(scope, { limit: 10 });
    expect(list).toMatchObject({ ok: false, refusal: { code: "auth.forbidden" } });
  });
});

/** A text is a file. */
const withBody = (body: object | string = {}) => (typeof body === "string" ? { body } : { json: body });
/** What a write is sent, so that a bad body is not what it is refused for. */
const SITE = {
  ...{ name: "Matrix", description: "", address: "", timeZone: "UTC" },
  ...{ tags: [], customAttributes: {} },
};
/** Asks with a body, since what it asks about does not fit into an address. */
const ONLY_READS = new Set([
  "POST /api/v1/devices/bulk/preview",
  "POST /api/v1/jobs/preview",
  "POST /api/v1/notifications/preview",
]);
const SIGN = { platform: "mqtt", topic: "signs" };
const BODIES: Record<string, object | string> = {
  "POST /api/v1/sites/import": "name,address\nMatrix by file,Here",
  "POST /api/v1/devices/import": "site,key,name\nKeys,own,By file",
  "POST /api/v1/sites": SITE,
  "PUT /api/v1/sites/{id}": SITE,
  "PATCH /api/v1/devices/{id}": { name: "Matrix" },
  "PUT /api/v1/devices/{id}/config": { config: {} },
  "POST /api/v1/devices/{id}/config/revert": { version: 1 },
  "PUT /api/v1/config/organization": { config: {} },
  "POST /api/v1/config/organization/revert": { version: 1 },
  "PUT /api/v1/config/sites/{id}": { config: {} },
  "POST /api/v1/config/sites/{id}/revert": { version: 1 },
  "PUT /api/v1/config/types/{type}": { config: {} },
  "PUT /api/v1/config/types/{type}/schema": { schema: { properties: {} } },
  "POST /api/v1/config/types/{type}/revert": { version: 1 },
  "POST /api/v1/devices/bulk": { targets: { filter: {} }, action: { kind: "add-tag", tag: "matrix" } },
  "POST /api/v1/devices/bulk/preview": { filter: {} },
  "POST /api/v1/gateways/claim": { site: "Matrix" },
  "PATCH /api/v1/members/{id}": { role: "viewer" },
  "PATCH /api/v1/organization": { name: "Of the matrix" },
  "POST /api/v1/organization/roles": { name: "Of the matrix", permissions: ["member:write"] },
  "PATCH /api/v1/push/endpoints/{id}": { label: "Matrix" },
  "POST /api/v1/notifications": { targets: { everyone: true }, message: { title: "Matrix" } },
  "POST /api/v1/notifications/preview": { message: { title: "Matrix" } },
  "POST /api/v1/notifications/templates": TEMPLATE,
  "PUT /api/v1/notifications/templates/{id}": TEMPLATE,
  "POST /api/v1/notifications/inbox/read": { all: true },
  "PUT /api/v1/notifications/settings": { language: null, quietHours: null, email: true },
  "POST /api/v1/notifications/dead-letters/replay": { ids: ["01930000-0000-7000-8000-000000000001"] },
  "POST /api/v1/push/subscribe": { address: { platform: "apns", token: "ab".repeat(32) } },
  "POST /api/v1/push/send": { to: [{ address: SIGN }], message: { title: "Matrix" } },
  "POST /api/v1/push/send-bulk": '{"message":{"title":"Matrix"}}',
  "POST /api/v1/push/mqtt/publish": { topic: "signs", message: { title: "Matrix" } },
  "POST /api/v1/push/test": { address: SIGN },
  "PUT /api/v1/push/platforms/{platform}/credentials": {
    credentials: {
      ...{ keyId: "ABC123DEFG", teamId: "DEF123GHIJ", topic: "test.app" },
      key: keyPair("ec").privateKey,
    },
  },
  "PUT /api/v1/organization/roles/{id}": { name: "Of the matrix, changed", permissions: ["member:write"] },
};

test("the page of the API names every address, and none that is not there", async () => {
  const page = await Bun.file("docs/api.md").text();
  const named = [...page.matchAll(/`(?:GET|POST|PATCH|DELETE) (\/api\/v1\/[^`?]*)`/g)].map(
    (match) => match[1] ?? "",
  );
  const { paths } = await document();
  expect([...new Set(named)].sort()).toEqual(Object.keys(paths).sort());
});

describe("the document", () => {
  test("is OpenAPI 3.1 in which every reference leads somewhere and every operation has a summary", async () => {
    const api = await document();
    expect(api.openapi).toBe("3.1.0");
    const references = JSON.stringify(api).matchAll(/"\$ref":"#\/([^"]+)"/g);
    for (const [, path = ""] of references) {
      const found = path
        .split("/")
        .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], api);
      expect([path, found !== undefined]).toEqual([path, true]);
    }
    // A tuple of draft 7 means nothing in the dialect of OpenAPI 3.1.
    expect(JSON.stringify(api)).not.toMatch(/"items":\[\{/);
    expect(JSON.stringify(api)).toContain('"prefixItems":[{');
    for (const operations of Object.values(api.paths)) {
      for (const operation of Object.values(operations)) expect(operation.summary).toBeString();
    }
  });
});

describe("the document of an operation", () => {
  const operations = async () => {
    const { paths } = (await (await cloud.app.request("/api/v1/openapi.json")).json()) as ApiDocument;
    return Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, one]) => ({ name: `${method} ${path}`, method, path, ...one })),
    );
  };

  test("has every problem it may answer with, under its status, and a form for each of its answers", async () => {
    for (const { name, responses, "x-errors": codes = [] } of await operations()) {
      const statuses = [...new Set(codes.map((code) => String(ERRORS[code].status)))];
      const documented = Object.keys(responses).filter((status) => Number(status) >= 400);
      expect([name, documented.sort()]).toEqual([name, statuses.sort()]);
      for (const status of documented) {
        expect(Object.keys(responses[status]?.content ?? {})).toEqual(["application/problem+json"]);
        const named = codes.filter((code) => String(ERRORS[code].status) === status);
        for (const code of named) expect(responses[status]?.description).toContain(`\`${code}\``);
      }
      // Beside the whole there may be a part.
      const good = Object.keys(responses).filter((status) => Number(status) < 300 && status !== "206");
      expect([name, good.length]).toEqual([name, 1]);
      const hasBody = responses[good[0] ?? ""]?.content !== undefined;
      expect([name, hasBody]).toEqual([name, good[0] !== "204"]);
    }
  });

  test("has what anything may be refused for, and what every write takes", async () => {
    for (const {
      name,
      method,
      path,
      parameters = [],
      "x-errors": codes = [],
      ...one
    } of await operations()) {
      expect([name, codes]).toEqual([name, expect.arrayContaining(["rate.limited", "internal.error"])]);
      const places = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "");
      const named = parameters.filter((parameter) => parameter.in === "path");
      expect([name, named.map((parameter) => parameter.name)]).toEqual([name, places]);
      const isRead = method === "get";
      expect([name, codes.includes("request.cross-site")]).toEqual([name, !isRead]);
      const takesKey = parameters.some((parameter) => parameter.name === "Idempotency-Key");
      const isScoped = one["x-permission"] !== "open" && !path.startsWith("/api/v1/auth/");
      expect([name, takesKey]).toEqual([name, !isRead && isScoped]);
      expect([name, codes.includes("idempotency.reused")]).toEqual([name, takesKey]);
      const checks = parameters.some((parameter) => parameter.name === "If-Match");
      expect([name, codes.includes("record.changed")]).toEqual([name, checks]);
    }
  });
});

describe("a request that cannot be taken", () => {
  const send = (init: RequestInit) =>
    cloud.app.request("/api/v1/sites", {
      method: "POST",
      body: JSON.stringify({ name: "X" }),
      ...init,
      headers: {
        authorization: `Bearer ${cloud.owner.token}`,
        "content-type": "application/json",
        ...(init.headers as Record<string, string>),
      },
    });
  const codeOf = async (answer: Response) => [
    answer.status,
    ((await answer.json()) as { code: string }).code,
  ];

  test.each([["{"], [""], ["[[[["], ["\u0000"]])("%p is not JSON", async (body) => {
    expect(await codeOf(await send({ body }))).toEqual([400, "request.not-json"]);
  });

  test.each(["application/x-www-form-urlencoded", "text/plain", ""])(
    "%p is another kind of body",
    async (type) => {
      const headers = { "content-type": type };
      expect(await codeOf(await send({ body: '{"name":"X"}', headers }))).toEqual([
        415,
        "request.media-type",
      ]);
    },
  );

  test.each([["[]"], ["null"], ["7"], ['"name"']])("%s is not the object that is asked for", async (body) => {
    expect(await codeOf(await send({ body }))).toEqual([400, "request.invalid"]);
  });

  test("a body beyond the bound is refused, said or not how long it is", async () => {
    const long = JSON.stringify({ name: "x".repeat(MIB) });
    expect(await codeOf(await send({ body: long }))).toEqual([413, "request.too-large"]);
    const stream = new Blob([long]).stream();
    expect(await codeOf(await send({ body: stream }))).toEqual([413, "request.too-large"]);
  });

  test.each([
    [{ origin: "https://evil.example" }],
    [{ origin: "null" }],
    [{ origin: "http://homepot.test" }],
    [{ "sec-fetch-site": "cross-site" }],
    [{ "sec-fetch-site": "same-site", origin: ORIGIN }],
  ])("a write with %p comes from another site", async (headers) => {
    expect(await codeOf(await send({ headers }))).toEqual([403, "request.cross-site"]);
  });

  test.each([[{ origin: ORIGIN, "sec-fetch-site": "same-origin" }], [{ "sec-fetch-site": "none" }], [{}]])(
    "a write with %p comes from our own pages or a program",
    async (headers: Record<string, string>) => {
      expect((await send({ headers, body: "{}" })).status).toBe(400);
    },
  );

  test("a parameter that a list does not know is refused by its name, on every list", async () => {
    const { paths } = (await (await cloud.app.request("/api/v1/openapi.json")).json()) as ApiDocument;
    const isList = (name: string) => name === "items" || name === "nextCursor";
    const lists = Object.entries(paths).filter(([path, { get }]) => {
      const { schema } = get?.responses[200]?.content?.["application/json"] ?? {};
      const { properties = {} } = (schema ?? {}) as { properties?: object };
      return !path.includes("{") && Object.keys(properties).some(isList);
    });
    expect(lists.length).toBeGreaterThan(15);
    for (const [path] of lists) {
      const asked = await cloud.api(`${path.slice("/api/v1".length)}?limt=5`, cloud.owner);
      const { code, errors = [] } = (await asked.json()) as { code: string; errors?: { path: string }[] };
      const named = errors.map((one) => one.path);
      expect([path, asked.status, code, named]).toEqual([path, 400, "request.invalid", ["limt"]]);
    }
    const asked = await cloud.api("/sites?lmit=1&limit=0", cloud.owner);
    const { errors } = (await asked.json()) as { errors: { path: string; message: string }[] };
    expect(errors).toEqual([
      { path: "lmit", message: "is not a parameter here; there are limit, cursor, q, sort, tag, deleted" },
      { path: "limit", message: "must be at least 1" },
    ]);
  });

  test.each([
    ["PATCH", "/sites", "GET, HEAD, POST"],
    ["DELETE", "/devices", "GET, HEAD, POST"],
    ["DELETE", "/openapi.json", "GET, HEAD"],
    ["GET", "/push/send", "POST"],
  ])("%s is not for %s, which says what is: %s", async (method, path, allowed) => {
    const headers = { authorization: `Bearer ${cloud.owner.token}` };
    const answer = await cloud.app.request(`/api/v1${path}`, { method, headers });
    expect([answer.headers.get("allow"), ...(await codeOf(answer))]).toEqual([allowed, 405, "route.method"]);
  });

  test("an address that is none is a problem for programs and a page for people", async () => {
    const api = await cloud.app.request("/api/v1/nothing");
    expect([api.headers.get("content-type"), ...(await codeOf(api))]).toEqual([
      "application/problem+json",
      404,
      "route.unknown",
    ]);
    const app = createApp({
      ...parts(),
      pages: { mount() {}, error: (c, { code }) => c.html(`<p>${code}`, 404) },
    });
    expect(await (await app.request("/nothing")).text()).toBe("<p>route.unknown");
  });
});

describe("an answer", () => {
  test("has headers that keep a browser from harm, and an id to ask after", async () => {
    const { headers, status } = await cloud.app.request("/healthz");
    const policy = headers.get("content-security-policy") ?? "";
    expect(status).toBe(200);
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("unsafe");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("strict-transport-security")).toBe("max-age=31536000; includeSubDomains");
    expect(headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    expect((await cloud.api("/sites", cloud.owner)).headers.get("cache-control")).toBe("no-store");
    const plain = createApp({ ...parts(), publicOrigin: "http://localhost:8080" });
    expect((await plain.request("/healthz")).headers.get("strict-transport-security")).toBeNull();
  });

  test("to a fault of ours says nothing of the inside", async () => {
    const pages: AppParts["pages"] = {
      mount(app: Hono<AppEnv>) {
        app.get("/api/v1/fault", () => {
          throw new Error("password=hunter2 at line 7");
        });
        app.get("/api/v1/refused", () => {
          throw new RefusalError(refuse("record.conflict", "on its way up").refusal);
        });
      },
      error: (_, refusal) => bareProblem(refusal),
    };
    const app = createApp({ ...parts(), pages });
    const fault = await app.request("/api/v1/fault");
    const text = await fault.text();
    expect(fault.status).toBe(500);
    expect(text).toContain("internal.error");
    expect(text).not.toContain("hunter2");
    expect((await app.request("/api/v1/refused")).status).toBe(409);
  });
});

function parts(): AppParts {
  return {
    ...cloud.cloud,
    log: { error() {} } as unknown as AppParts["log"],
    version: "0",
    publicOrigin: ORIGIN,
    corsOrigins: [],
    nowMs: () => 0,
    randomBytes: (length) => new Uint8Array(length),
    pages: { mount() {}, error: (_, refusal) => bareProblem(refusal) },
  };
}
