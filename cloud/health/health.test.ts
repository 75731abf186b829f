import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Overview, Wall } from "../../protocol/health/health.ts";
import type { Site } from "../../protocol/sites/site.ts";
import { addEstate, type Estate } from "../testing/estate.ts";
import { startCloud, type TestCloud } from "../testing/start-cloud.ts";
import { createHealth } from "./health.ts";

const pickWall = ({ id, name, gateway, devices }: Site) => ({ id, name, gateway, devices });
let cloud: TestCloud;
let estate: Estate;

beforeAll(async () => {
  cloud = await startCloud();
  estate = await addEstate(cloud, cloud.owner, "Cardiff Bay", {
    till: { connectivity: "online", metrics: { battery: 80 } },
    meter: { connectivity: "offline", simulated: true },
  });
  await addEstate(cloud, cloud.owner, "Penarth", { kiosk: { connectivity: "online", metrics: { x: 1 } } });
  const other = await cloud.addOwner("other@elsewhere.test", "Elsewhere");
  await addEstate(cloud, other, "Foreign", { secret: {} });
});
afterAll(() => cloud[Symbol.asyncDispose]());

test("the estate in one look is the organisation's own", async () => {
  cloud.clock.advance(90_500);
  expect(await cloud.read<Overview>("/health")).toEqual({
    status: "ok",
    version: "0.0.0-test",
    uptimeSeconds: 90,
    sites: { total: 2, withProblems: 2 },
    gateways: { total: 2, connected: 0, entriesBehind: 0 },
    devices: {
      total: 3,
      simulated: 1,
      connectivity: { online: 2, late: 0, offline: 1, never: 0 },
      health: { healthy: 2, warning: 0, error: 0, maintenance: 0, unknown: 1 },
    },
    // No gateway is connected here: how any of them is now is not known.
    cutOff: {
      sites: 2,
      devices: {
        total: 3,
        simulated: 1,
        connectivity: { online: 2, late: 0, offline: 1, never: 0 },
        health: { healthy: 2, warning: 0, error: 0, maintenance: 0, unknown: 1 },
      },
    },
    jobs: { scheduled: 0, running: 0, paused: 0, stopped: 0 },
  });
});

test("a site is cut off while none of its gateways is connected, and counts as one with problems", async () => {
  const penarth = { total: 1, connectivity: { online: 1 } };
  const health = createHealth({
    ...{ db: cloud.db, clock: cloud.clock, version: "v", devices: async () => [] },
    isConnected: (id) => id === estate.gateway,
  });
  const seen = await health.overview(cloud.owner.scope);
  expect(seen).toMatchObject({
    value: {
      // Of the other the meter is offline.
      sites: { withProblems: 2 },
      devices: { total: 3, connectivity: { online: 2, offline: 1 } },
      cutOff: { sites: 1, devices: penarth },
    },
  });
});

test("jobs that are not over are counted by what they do now", async () => {
  const make = async (more: object) => {
    const json = { kind: "ping", arguments: {}, targets: { sites: [estate.site] }, ...more };
    return (await (await cloud.api("/jobs", cloud.owner, { json })).json()) as { id: string };
  };
  const paused = await make({});
  await make({});
  const cancelled = await make({});
  await make({ timing: { kind: "cron", cron: "0 4 * * *" } });
  await cloud.api(`/jobs/${paused.id}/pause`, cloud.owner, { json: {} });
  await cloud.api(`/jobs/${cancelled.id}/cancel`, cloud.owner, { json: {} });
  expect((await cloud.read<Overview>("/health")).jobs).toEqual({
    ...{ scheduled: 1, running: 1, paused: 1, stopped: 0 },
  });
});

describe("the wall", () => {
  const shape = async () => {
    const { overview, sites, attention, attentionTotal } = await cloud.read<Wall>("/health/wall");
    expect(overview).toEqual(await cloud.read<Overview>("/health"));
    return {
      sites: sites.map(({ name, gateway, devices }) => [name, gateway?.connected ?? null, devices.total]),
      attention: attention.map(({ siteName, key }) => [siteName, key]),
      attentionTotal,
    };
  };

  test("has every site with its counts; devices whose gateway is away need no attention of their own", async () => {
    expect(await shape()).toEqual({
      sites: [
        ["Cardiff Bay", false, 2],
        ["Penarth", false, 1],
      ],
      attention: [],
      attentionTotal: 0,
    });
    const [site] = (await cloud.read<Wall>("/health/wall")).sites;
    expect(site).toMatchObject(pickWall(await cloud.read<Site>(`/sites/${site!.id}`)));
  });

  test("has what to look at worst first: errors, offline, warnings, late; each device once", async () => {
    const worn = await addEstate(cloud, cloud.owner, "Worn", {
      late: { connectivity: "late", metrics: { battery: 80 } },
      weak: { connectivity: "online", metrics: { battery: 12 } },
      gone: { connectivity: "offline", metrics: { battery: 12 } },
      broken: { connectivity: "offline", metrics: { fault: true, battery: 12 } },
      fine: { connectivity: "online", metrics: { battery: 80 } },
      scrap: { connectivity: "offline" },
    });
    await cloud.api(`/devices/${worn.devices.scrap}`, cloud.owner, { method: "DELETE" });
    // Nobody says that a gateway is away of which there is none.
    await cloud.db.write((trx) =>
      trx.updateTable("gateway").set({ revoked_ms: 1 }).where("id", "=", worn.gateway).execute(),
    );
    const { attention, attentionTotal } = await shape();
    expect(attention).toEqual(["broken", "gone", "weak", "late"].map((key) => ["Worn", key]));
    expect(attentionTotal).toBe(4);
  });

  test("shows no device to who may only see sites", async () => {
    const scope = { ...cloud.owner.scope, permissions: ["site:read"] as const };
    expect(await cloud.cloud.health.wall(scope)).toMatchObject({
      value: { attention: [], attentionTotal: 0 },
    });
    expect(await cloud.cloud.health.wall({ ...scope, permissions: [] })).toMatchObject({ ok: false });
  });
});

test("what gateways hold that is not applied yet is counted by lane, of the epoch they are in", async () => {
  const { db } = cloud;
  const gateway_id = estate.gateway;
  await db.write(async (trx) => {
    await trx
      .updateTable("gateway")
      .set({ uplog_epoch: "now", urgent_head: 10, bulk_head: 100 })
      .where("id", "=", gateway_id)
      .execute();
    const cursor = (epoch: string, stream: string, seq: number) => ({ gateway_id, epoch, stream, seq });
    await trx
      .insertInto("uplog_cursor")
      .values([cursor("now", "urgent", 4), cursor("now", "bulk", 90), cursor("before", "bulk", 99)])
      .execute();
  });
  expect((await cloud.read<Overview>("/health")).gateways.entriesBehind).toBe(16);
});

test("the process is up, and ready while its database answers", async () => {
  const ask = async (path: string) => {
    const answer = await cloud.app.request(path);
    return [answer.status, await answer.text()];
  };
  expect([await ask("/healthz"), await ask("/readyz")]).toEqual([
    [200, "ok\n"],
    [200, "ready\n"],
  ]);
  const closed = await startCloud();
  await closed.db.close();
  const health = createHealth({ ...closed, version: "", isConnected: () => false, devices: async () => [] });
  expect(await health.ready()).toBe(false);
  expect((await closed.app.request("/readyz")).status).toBe(503);
});
