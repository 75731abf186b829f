import { expect, test } from "bun:test";
import { DAY, HOUR, MINUTE } from "../../protocol/units.ts";
import { addEstate } from "../testing/estate.ts";
import { startCloud } from "../testing/start-cloud.ts";
import { storeReceipts } from "./receipts.ts";

test("receipts are forgotten after ninety days, soon after a start and every hour", async () => {
  await using cloud = await startCloud();
  const { db, clock } = cloud;
  const store = (id: string, atMs: number) =>
    db.write((trx) =>
      storeReceipts(trx, [{ id, organizationId: "o", deviceId: null, action: "opened", atMs }]),
    );
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

test("notifications are forgotten with their deliveries after ninety days, and what waits is not", async () => {
  await using cloud = await startCloud();
  const { db, clock } = cloud;
  const estate = await addEstate(cloud, cloud.owner, "Store", { till: {} });
  const send = async (json: object) => {
    await cloud.api("/notifications", cloud.owner, { json: { message: { title: "Door" }, ...json } });
    await cloud.cloud.notifications.idle();
  };
  await send({ targets: { sites: [estate.site], everyone: true } });
  await send({ targets: { everyone: true }, timing: { kind: "cron", cron: "0 0 1 1 *" } });
  clock.jump(80 * DAY);
  await send({ targets: { sites: [estate.site], everyone: true } });
  const counts = async () => {
    const tables = ["notification", "delivery", "delivery_event", "inbox_item", "notification_run"] as const;
    const sizes = await Promise.all(
      tables.map((table) =>
        db.read
          .selectFrom(table)
          .select((eb) => eb.fn.countAll<number>().as("rows"))
          .executeTakeFirstOrThrow(),
      ),
    );
    return sizes.map(({ rows }) => rows);
  };
  expect(await counts()).toEqual([3, 2, 2, 2, 2]);
  clock.jump(11 * DAY);
  cloud.cloud.startPush();
  clock.advance(7 * MINUTE);
  while ((await counts())[0] !== 2) await new Promise((resolve) => setImmediate(resolve));
  expect(await counts()).toEqual([2, 1, 1, 1, 1]);
});
