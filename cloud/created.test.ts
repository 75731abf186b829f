import { afterAll, beforeAll, expect, test } from "bun:test";
import type { ApiDocument } from "./http/document.ts";
import { addEstate } from "./testing/estate.ts";
import { startCloud, type TestCloud } from "./testing/start-cloud.ts";

/** What is created and has no address of its own: a session's is its token, a claim code is told once and never again. */
const WITHOUT_ADDRESS = ["/api/v1/auth/setup", "/api/v1/auth/signup", "/api/v1/gateways/claim"];

let cloud: TestCloud;
/** By the address that creates it, a request that is taken. */
const requests: Record<string, { json: object } | { method: string; body: string; query: string }> = {};

beforeAll(async () => {
  cloud = await startCloud();
  const { site } = await addEstate(cloud, cloud.owner, "Penarth", { scanner: { metrics: { power: 1 } } });
  const claimed = await cloud.api("/gateways/claim", cloud.owner, { json: { site: "Barry" } });
  const { claim } = (await claimed.json()) as { claim: string };
  const news = { targets: { everyone: true }, message: { title: "News" } };
  Object.assign(requests, {
    "/sites": { json: { name: "Cardiff" } },
    "/devices": { json: { siteId: site, key: "till-1" } },
    "/devices/bulk": { json: { targets: { filter: {} }, action: { kind: "add-tag", tag: "new" } } },
    "/jobs": { json: { name: "Ping", kind: "ping", arguments: {}, targets: { sites: [site] } } },
    "/firmware": { method: "POST", body: "bytes", query: "?name=till&version=1" },
    "/notifications": { json: news },
    "/notifications/templates": { json: { name: "News", messages: { en: { title: "News" } } } },
    "/push/subscribe": { json: { address: { platform: "mqtt", topic: "news" } } },
    "/organization/roles": { json: { name: "Reader", permissions: ["device:read"] } },
    "/invitations": { json: { email: "new@example.test", role: "viewer" } },
    "/gateways/enroll": { json: { claim, publicKey: Buffer.alloc(32, 7).toString("base64url") } },
  });
});
afterAll(() => cloud[Symbol.asyncDispose]());

test("whatever is created is told with its address, and is there", async () => {
  const { paths } = (await (await cloud.app.request("/api/v1/openapi.json")).json()) as ApiDocument;
  const creating = Object.keys(paths).filter((path) => paths[path]?.post?.responses[201] !== undefined);
  const told = creating.filter((path) => "Location" in (paths[path]?.post?.responses[201]?.headers ?? {}));
  expect(creating.filter((path) => !told.includes(path)).sort()).toEqual(WITHOUT_ADDRESS);
  expect(told.map((path) => path.replace("/api/v1", "")).sort()).toEqual(Object.keys(requests).sort());
  for (const [path, { query = "", ...init }] of Object.entries(requests) as [string, { query?: string }][]) {
    const isGateway = path.endsWith("enroll");
    const answer = await cloud.api(path + query, isGateway ? null : cloud.owner, init);
    const made = (await answer.json()) as { id?: string; gatewayId?: string };
    const address = answer.headers.get("location") ?? "";
    const id = (isGateway ? made.gatewayId : made.id) ?? "none";
    expect({ path, status: answer.status, address }).toMatchObject({
      status: 201,
      address: expect.stringContaining(id),
    });
    const described = paths[address.replace(id, "{id}")] ?? {};
    const [method] = ["get", "delete"].filter((one) => one in described);
    const found = await cloud.api(address.replace("/api/v1", ""), cloud.owner, { method: method ?? "none" });
    expect({ path, status: found.status }).toEqual({ path, status: method === "get" ? 200 : 204 });
  }
});

test("a request that is sent again is told the same address", async () => {
  const again = { json: { name: "Swansea" }, headers: { "idempotency-key": "once" } };
  const answers = [
    await cloud.api("/sites", cloud.owner, again),
    await cloud.api("/sites", cloud.owner, again),
  ];
  const [first, second] = answers.map((answer) => answer.headers.get("location"));
  expect(first).toMatch(/^\/api\/v1\/sites\/[0-9a-f-]{36}$/);
  expect(second).toBe(first);
});

test("what is refused has no address", async () => {
  const refused = await cloud.api("/sites", cloud.owner, { json: { name: "" } });
  expect([refused.status, refused.headers.get("location")]).toEqual([400, null]);
});
