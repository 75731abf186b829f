import { expect, test } from "bun:test";
import { DAY, HOUR, MINUTE } from "../../protocol/units.ts";
import { startCloud } from "../testing/start-cloud.ts";
import { storeReceipt } from "./receipts.ts";

test("receipts are forgotten after ninety days, soon after a start and every hour", async () => {
  await using cloud = await startCloud();
  const { db, clock } = cloud;
  const store = (id: string, atMs: number) =>
    db.write((trx) => storeReceipt(trx, { id, organizationId: "o", deviceId: null, action: "opened", atMs }));
  const kept = async () =>
    (await db.read.selectFrom("push_receipt").select("id").orderBy("id").execute()).map(({ id }) => id);
  const until = async (ids: string[]) => {
    while (!Bun.deepEquals(await kept(), ids)) await new Promise((resolve) => setImmediate(resolve));
  };
  await store("old", clock.nowMs() - 91 * DAY);
  await store("soon", clock.nowMs() - 90 * DAY + 30 * MINUTE);
  await store("young", clock.nowMs());
  cloud.cloud.startPush();
  expect(await kept()).toEqual(["old", "soon", "young"]);
  clock.advance(7 * MINUTE);
  await until(["soon", "young"]);
  clock.advance(HOUR);
  await until(["young"]);
});
