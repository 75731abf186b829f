import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getLogger } from "@logtape/logtape";
import { Hono } from "hono";
import * as v from "valibot";
import { type BuiltInRole, ROLE_PERMISSIONS } from "../../protocol/accounts/role.ts";
import { pageSchema } from "../../protocol/api/list.ts";
import { decodeCursor } from "../../protocol/api/page-key.ts";
import { encodeChunk } from "../../protocol/chunks/chunk.ts";
import { type Gateway, gatewaySchema } from "../../protocol/gateways/gateway.ts";
import type { LiveEvent } from "../../protocol/live/event.ts";
import { CHUNK_KIND, toEntry } from "../../protocol/log/kinds.ts";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { SECOND } from "../../protocol/units.ts";
import { guard, type Scope } from "../accounts/scope.ts";
import type { CloudDatabase } from "../database/database.ts";
import { openSqlite } from "../database/sqlite.ts";
import { createDeviceApplier } from "../devices/devices.ts";
import type { AppEnv } from "../http/env.ts";
import { zstd } from "../telemetry/zstd.ts";
import { createGateways, GATEWAY_NEEDS, type Gateways, gatewayRoutes, verifyEd25519 } from "./gateways.ts";
import { GatewayLine, makeKeys, type TestGateway } from "./testing/gateway-line.ts";
import { noJobs, registered, siteRow } from "./testing/start-hub.ts";

const scope = (role: BuiltInRole = "owner", organizationId = "o"): Scope => ({
  ...{ userId: "u", organizationId, role },
  permissions: ROLE_PERMISSIONS[role],
});
const UNKNOWN = "0190b8e0-7c1a-7000-8000-00000000ffff";
let directory: string;
let db: CloudDatabase;
let clock: ManualClock;
let gateways: Gateways;
let published: [string, LiveEvent | string[]][];
/** Whose request the routes think it is. */
let asking: Scope;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "homepot-gateways-"));
  db = await openSqlite(join(directory, "cloud.db"));
  clock = new ManualClock();
  published = [];
  asking = scope();
  gateways = createGateways({
    db,
    clock,
    random: seededRandom(5),
    log: getLogger(["test"]),
    compressor: zstd,
    verifySignature: verifyEd25519,
    secret: "of the tests",
    devices: createDeviceApplier({
      clock,
      random: seededRandom(6),
      happened: async () => undefined,
      takeReceipt: async () => undefined,
    }),
    simulation: async () => null,
    jobs: noJobs,
    async ensureSite(organizationId, name) {
      const row = { ...siteRow(crypto.randomUUID(), organizationId), name };
      await db.write((trx) => trx.insertInto("site").values(row).execute());
      return row;
    },
    note: async () => undefined,
    happened: async () => undefined,
    giveWay: async () => undefined,
    organizationName: async () => "Diners",
    live: {
      publish: (organizationId, event) => published.push([organizationId, event]),
      devicesChanged: (organizationId, ids) => published.push([organizationId, [...ids]]),
      readings: () => {},
    },
  });
});
afterEach(async () => {
  await gateways.hub.stop();
  await db.close();
  rmSync(directory, { recursive: true });
});

async function enroll(site: string, name = "", organizationId = "o"): Promise<TestGateway> {
  const claim = await gateways.claimFor(organizationId, { site });
  if (!claim.ok) throw new Error(claim.refusal.detail);
  const keys = await makeKeys();
  const request = {
    claim: claim.value.claim.replace("-", ""),
    publicKey: keys.publicKey,
    name,
    version: "1",
    replace: false,
  };
  const enrolled = await gateways.enroll(request, "192.0.2.1");
  if (!enrolled.ok) throw new Error(enrolled.refusal.detail);
  return { id: enrolled.value.gatewayId, epoch: crypto.randomUUID(), ...keys };
}
const list = async (query: Partial<Parameters<Gateways["list"]>[1]> = {}) => {
  const page = await gateways.list(scope(), { limit: 50, ...query });
  if (!page.ok) throw new Error(page.refusal.detail);
  return page.value;
};
const names = (page: { items: Gateway[] }) => page.items.map((item) => item.name);

describe("a gateway as people see it", () => {
  test("says how far it is behind, what it kept aside and when it was last heard", async () => {
    const gateway = await enroll("Cardiff Bay");
    expect(await gateways.get(scope(), gateway.id)).toMatchObject({
      ok: true,
      value: { connected: false, connectedAt: null, lastSeenAt: null, behind: { urgent: 0, bulk: 0 } },
    });
    const line = new GatewayLine(gateways.hub, gateway, clock);
    await line.begin({ uplog: { urgent: { head: 9 }, bulk: { head: 40 } }, nowMs: clock.nowMs() - SECOND });
    const unknown = { seq: 2, kind: "from.the.future", atMs: 1, payload: new Uint8Array(1) };
    const forgotten = toEntry({ kind: "log.forgotten", stream: "bulk", after: 4, before: 10 }, 1);
    line.sayEntries("urgent", 0, [registered(1), unknown, { seq: 3, ...forgotten }], 12);
    await line.acknowledged("urgent", 3);
    clock.advance(SECOND);
    line.say({ type: "ping", nowMs: 0 });
    const got = await gateways.get(scope("viewer"), gateway.id);
    expect(got.ok && v.is(gatewaySchema, got.value)).toBe(true);
    expect(got).toMatchObject({
      value: {
        siteName: "Cardiff Bay",
        name: "Cardiff Bay",
        connected: true,
        connectedAt: "2026-01-01T00:00:00.000Z",
        lastSeenAt: "2026-01-01T00:00:01.000Z",
        version: "0.1.0",
        protocol: 1,
        clockSkewMs: -SECOND,
        behind: { urgent: 9, bulk: 40 },
        unknownEntries: 1,
        forgottenEntries: { urgent: 0, bulk: 5 },
        revoked: false,
        keySince: expect.any(String),
        keyRotation: null,
      },
    });
  });

  test("is never less than nothing behind, even when it came back from a backup", async () => {
    const gateway = await enroll("Cardiff Bay");
    const line = new GatewayLine(gateways.hub, gateway, clock);
    await line.begin();
    line.sayEntries("urgent", 0, [registered(1), registered(2)]);
    await line.acknowledged("urgent", 2);
    await new GatewayLine(gateways.hub, gateway, clock).begin({
      uplog: { urgent: { head: 1 }, bulk: { head: 0 } },
    });
    expect(await gateways.get(scope(), gateway.id)).toMatchObject({ value: { behind: { urgent: 0 } } });
  });

  test("tells the organisation's browsers when its line comes and goes, and what changed", async () => {
    const gateway = await enroll("Cardiff Bay");
    const { siteId: site } = (await list()).items[0]!;
    const line = new GatewayLine(gateways.hub, gateway, clock);
    await line.begin();
    const online = { kind: "device.connectivity", device: "d1", connectivity: "online", sinceMs: 1 } as const;
    line.sayEntries("urgent", 0, [registered(1), { seq: 2, ...toEntry(online, 1) }]);
    await line.acknowledged("urgent", 2);
    const chunk = encodeChunk({ device: "d2", readings: [{ atMs: 1, values: { battery: 9 } }] }, zstd);
    line.sayEntries("bulk", 0, [{ seq: 1, kind: CHUNK_KIND, atMs: 1, payload: chunk }]);
    await line.acknowledged("bulk", 1);
    line.cut();
    const [d1, d2] = await db.read.selectFrom("device").select("id").orderBy("key").execute();
    const status = { device: d1!.id, site, connectivity: "online", health: "unknown", since: 1 } as const;
    expect(published).toEqual([
      ["o", { type: "site:update", site, gatewayConnected: true }],
      ["o", { type: "device:status", ...status }],
      ["o", []],
      ["o", [d2!.id]],
      ["o", { type: "site:update", site, gatewayConnected: false }],
    ]);
  });

  test("does not exist for another organisation", async () => {
    const gateway = await enroll("Cardiff Bay");
    const stranger = scope("owner", "other");
    expect(await gateways.list(stranger, { limit: 50 })).toMatchObject({ value: { total: 0 } });
    expect(await gateways.get(stranger, gateway.id)).toMatchObject({ refusal: { code: "record.not-found" } });
    expect(await gateways.revoke(stranger, gateway.id)).toMatchObject({
      refusal: { code: "record.not-found" },
    });
    expect((await list()).items[0]!.revoked).toBe(false);
  });
});

describe("the list", () => {
  test("is paged, searched, narrowed to a site and sorted", async () => {
    for (const [site, name] of [
      ["Penarth", "b"],
      ["Cardiff_Bay", "a"],
      ["Barry", "c"],
      ["Swansea", "a"],
    ] as const) {
      await enroll(site, name);
      clock.advance(1);
    }
    const first = await list({ limit: 3 });
    expect([names(first), first.total]).toEqual([["a", "a", "b"], 4]);
    const second = await list({ limit: 3, cursor: decodeCursor(first.nextCursor!)! });
    expect([names(second), second.nextCursor]).toEqual([["c"], null]);
    const backward = await list({ limit: 3, sort: "-name" });
    expect(names(backward)).toEqual(["c", "b", "a"]);
    expect(
      names(await list({ limit: 3, sort: "-name", cursor: decodeCursor(backward.nextCursor!)! })),
    ).toEqual(["a"]);
    const bySite = (await list({ sort: "siteName" })).items.map((item) => item.siteName);
    expect(bySite).toEqual(["Barry", "Cardiff_Bay", "Penarth", "Swansea"]);
    expect(names(await list({ sort: "-createdAt" }))).toEqual(["a", "c", "a", "b"]);
    expect(names(await list({ q: "f_b" }))).toEqual(["a"]);
    expect(names(await list({ q: "PENARTH" }))).toEqual(["b"]);
    expect(names(await list({ site: first.items[0]!.siteId }))).toEqual(["a"]);
  });
});

describe("revoking", () => {
  test("ends the session at once and for good", async () => {
    const gateway = await enroll("Cardiff Bay");
    const line = new GatewayLine(gateways.hub, gateway, clock);
    await line.begin();
    expect(await gateways.revoke(scope(), gateway.id)).toEqual({ ok: true, value: undefined });
    expect(line.closed).toEqual({ code: 1008, reason: "gateway.revoked" });
    const again = new GatewayLine(gateways.hub, gateway, clock);
    await again.hello();
    expect(await again.untilClosed()).toEqual({ code: 1008, reason: "gateway.revoked" });
    clock.advance(SECOND);
    await gateways.revoke(scope("administrator"), gateway.id);
    const { revoked_ms } = await db.read.selectFrom("gateway").select("revoked_ms").executeTakeFirstOrThrow();
    expect(revoked_ms).toBe(clock.nowMs() - SECOND);
  });

  test("is for owners and administrators; claiming for installers too", async () => {
    const gateway = await enroll("Cardiff Bay");
    const guarded = guard(gateways, GATEWAY_NEEDS);
    for (const role of ["operator", "viewer", "installer"] as const) {
      expect(await guarded.revoke(scope(role), gateway.id)).toMatchObject({
        refusal: { code: "auth.forbidden" },
      });
    }
    expect(await guarded.claim(scope("installer"), { site: "Barry" })).toMatchObject({ ok: true });
    expect(await guarded.claim(scope("operator"), { site: "Barry" })).toMatchObject({
      refusal: { code: "auth.forbidden" },
    });
  });
});

test("what is appended in a transaction is sent after its commit", async () => {
  const gateway = await enroll("Cardiff Bay");
  const line = new GatewayLine(gateways.hub, gateway, clock);
  await line.begin();
  const wanted = { kind: "config.desired", device: "till", version: 1, config: {} } as const;
  expect(await db.write((trx) => gateways.appendDown(trx, gateway.id, wanted))).toBe(1);
  expect(await line.hear("entries")).toMatchObject({ stream: "down", head: 1 });
});

describe("/api/v1/gateways", () => {
  const request = (path: string, init?: RequestInit) => {
    const app = new Hono<AppEnv>().route(
      "/",
      gatewayRoutes(gateways, (c, next) => {
        c.set("scope", asking);
        return next();
      }),
    );
    return app.request(path, init, { clientAddress: "192.0.2.9" });
  };
  const post = (path: string, body: unknown = {}) =>
    request(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });

  test("makes a code, takes it in however it is written, and shows the gateway", async () => {
    const claimed = await post("/claim", { site: "Cardiff Bay" });
    expect(claimed.status).toBe(201);
    const { claim } = (await claimed.json()) as { claim: string };
    const { publicKey } = await makeKeys();
    const enrolled = await post("/enroll", { claim: claim.toLowerCase(), publicKey });
    expect(enrolled.status).toBe(201);
    const { gatewayId, organization } = (await enrolled.json()) as Record<string, string>;
    expect(organization).toBe("Diners");
    expect(await (await post("/enroll", { claim, publicKey })).json()).toMatchObject({ gatewayId });
    const stranger = await makeKeys();
    expect((await post("/enroll", { claim, publicKey: stranger.publicKey })).status).toBe(409);

    const page = await (await request("/?limit=1")).json();
    expect(v.is(pageSchema(gatewaySchema), page)).toBe(true);
    expect(await (await request(`/${gatewayId}`)).json()).toMatchObject({ id: gatewayId });
    expect((await post(`/${gatewayId}/revoke`)).status).toBe(204);
  });

  test.each([
    ["GET", `/${UNKNOWN}`, undefined, 404, "record.not-found"],
    ["GET", "/not-an-id", undefined, 400, "request.invalid"],
    ["GET", "/connect", undefined, 400, "request.invalid"],
    ["POST", `/${UNKNOWN}/revoke`, {}, 404, "record.not-found"],
    ["POST", "/claim", {}, 400, "request.invalid"],
    ["POST", "/claim", { siteId: UNKNOWN }, 404, "record.not-found"],
    ["POST", "/enroll", { claim: "7KQF-2M9D", publicKey: "short" }, 400, "request.invalid"],
    ["POST", "/enroll", { claim: "0000-0000", publicKey: "A".repeat(43) }, 404, "claim.unknown"],
  ])("%s %s with %j is %i %s", async (method, path, body, status, code) => {
    const response = await (method === "GET" ? request(path) : post(path, body));
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([status, code]);
  });
});
