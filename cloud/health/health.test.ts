import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Overview } from "../../protocol/health/health.ts";
import { addEstate, type Estate } from "../testing/estate.ts";
import { startCloud, type TestCloud } from "../testing/start-cloud.ts";
import { createHealth } from "./health.ts";

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
    sites: { total: 2, withProblems: 1 },
    gateways: { total: 2, connected: 0, entriesBehind: 0 },
    devices: {
      total: 3,
      simulated: 1,
      connectivity: { online: 2, late: 0, offline: 1, never: 0 },
      health: { healthy: 2, warning: 0, error: 0, maintenance: 0, unknown: 1 },
    },
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
  const health = createHealth({ ...closed, version: "", isConnected: () => false });
  expect(await health.ready()).toBe(false);
  expect((await closed.app.request("/readyz")).status).toBe(503);
});
