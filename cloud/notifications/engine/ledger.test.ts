import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import {
  DELIVERY_EVENTS,
  type DeliveryEvent,
  type DeliveryState,
  next,
} from "../../../protocol/notifications/delivery.ts";
import { seededRandom } from "../../../protocol/seeded-random.ts";
import { DAY } from "../../../protocol/units.ts";
import type { CloudDatabase } from "../../database/database.ts";
import { openSqlite } from "../../database/sqlite.ts";
import { historyOf } from "../delivery-history.ts";
import { Drafts } from "./drafts.ts";
import { insertDeliveries, record, settleRuns } from "./ledger.ts";
import { type KnownNotification, known } from "./spec.ts";
import { linesOf } from "./statements.ts";

const DELIVERIES = 4;
const random = seededRandom(7);
const SLOT_MS = 10 * DAY;

interface Step {
  which: number;
  event: DeliveryEvent;
  waits: boolean;
}
const steps = fc.array(
  fc.record({
    which: fc.nat(DELIVERIES - 1),
    event: fc.constantFrom(...DELIVERY_EVENTS),
    waits: fc.boolean(),
  }),
  { maxLength: 12 },
);

async function withDatabase(run: (db: CloudDatabase) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "homepot-ledger-"));
  try {
    await using db = await openSqlite(join(directory, "cloud.db"));
    await run(db);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** A notification that has been sent to so many addresses, its run fanned out. */
async function begin(db: CloudDatabase, id: string): Promise<string[]> {
  const spec = {
    ...{ targets: null, template: null, variables: {}, channels: null, fallback: null, siteHours: null },
    wording: { language: "en", messages: { en: MESSAGE }, variables: [] },
    ...{ timing: { kind: "now" }, quietHours: "ignore", inbox: false },
  };
  const row = {
    ...{ id, organization_id: "o", name: "Door", spec: JSON.stringify(spec), status: "sending" },
    ...{ dedupe_key: null, next_ms: null, created_ms: SLOT_MS, created_by: null, created_name: "" },
    cancelled_ms: null,
  };
  const notification: KnownNotification = known(row);
  const drafts = new Drafts(notification, SLOT_MS, SLOT_MS, random);
  return db.write(async (trx) => {
    await trx.insertInto("notification").values(row).execute();
    await trx
      .insertInto("notification_run")
      .values({
        ...{ notification_id: id, slot_ms: SLOT_MS, organization_id: "o", stage: null, cursor: "" },
        ...{ recipients: DELIVERIES, started_ms: SLOT_MS, ended_ms: null },
      })
      .execute();
    const rows = Array.from({ length: DELIVERIES }, (_, index) =>
      drafts.address({ platform: "apns", token: index.toString(16).padStart(64, "0") }),
    ).flat();
    return insertDeliveries(trx, rows, SLOT_MS);
  });
}

const MESSAGE = {
  ...{ title: "Door", body: "", data: {}, actions: [], priority: "normal", timeToLiveSeconds: 60 },
  ...{ sound: "default", windows: "toast" },
};

test("whatever happens to deliveries, their states are those of the rules, and all counts are theirs", async () => {
  await withDatabase(async (db) => {
    let notifications = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { maxLength: 4 }), async (batches: Step[][]) => {
        notifications += 1;
        const id = `n-${notifications}`;
        const ids = await begin(db, id);
        expect(ids).toHaveLength(DELIVERIES);
        const model = new Map(
          ids.map((one) => [
            one,
            { state: "queued" as DeliveryState, events: [] as DeliveryEvent[], waits: false },
          ]),
        );
        for (const [index, batch] of batches.entries()) {
          const nowMs = SLOT_MS + (index + 1) * 1_000;
          await db.write(async (trx) => {
            const changes = batch.map(({ which, event, waits }) => ({
              // What was taken may have no name.
              ...{ id: ids[which]!, event, detail: event === "sent" && waits ? null : "because" },
              ...(waits ? { dueMs: nowMs + 5_000 } : {}),
            }));
            const done = await record(trx, changes, nowMs);
            await settleRuns(
              trx,
              done.map(({ delivery }) => delivery),
              nowMs,
            );
          });
          for (const { which, event, waits } of batch) {
            const one = model.get(ids[which]!)!;
            const after = next(one.state, event);
            if (!after.ok) continue;
            Object.assign(one, { state: after.value, events: [...one.events, event], waits });
          }
        }
        await compare(db, id, model);
      }),
      { numRuns: 60 },
    );
  });
}, 60_000);

async function compare(
  db: CloudDatabase,
  id: string,
  model: ReadonlyMap<string, { state: DeliveryState; events: DeliveryEvent[]; waits: boolean }>,
): Promise<void> {
  const rows = await db.read.selectFrom("delivery").selectAll().where("notification_id", "=", id).execute();
  for (const row of rows) {
    const { state, events, waits } = model.get(row.id)!;
    const written = historyOf(row.sent_ms, await linesOf(db.read, row.id));
    const told = written.map(({ event }): string => event);
    expect([row.state, written.at(-1)?.state ?? "queued", told]).toEqual([state, state, events]);
    expect(row.queue).toBe(state !== "queued" ? 0 : events.length > 0 && waits ? 2 : 1);
  }
  const counts = await db.read
    .selectFrom("notification_count")
    .select(["state", "deliveries"])
    .where("notification_id", "=", id)
    .where("deliveries", ">", 0)
    .execute();
  const expected = Object.groupBy([...model.values()], ({ state }) => state);
  expect(Object.fromEntries(counts.map(({ state, deliveries }) => [state, deliveries]))).toEqual(
    Object.fromEntries(Object.entries(expected).map(([state, some]) => [state, some.length])),
  );
}
