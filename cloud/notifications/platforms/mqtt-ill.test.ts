import { afterAll, beforeAll, expect, test } from "bun:test";
import { ManualClock } from "../../../protocol/testing/manual-clock.ts";
import { SECOND } from "../../../protocol/units.ts";
import { type BrokerDouble, startBroker } from "../testing/broker-double.ts";
import { DELIVERY, message, platformParts } from "../testing/platform-parts.ts";
import { mqtt } from "./mqtt.ts";
import type { Sender } from "./platform.ts";

/** A broker elsewhere that is ill: what mosquitto does not do when asked. */
let broker: BrokerDouble;
let sender: Sender<"mqtt">;
const clock = new ManualClock();

beforeAll(async () => {
  broker = await startBroker();
  const made = mqtt.open(
    { url: broker.url, version: "5" },
    await platformParts({ allowed: [broker.url], clock }),
  );
  if (!made.ok) throw new Error(made.refusal.detail);
  sender = made.value;
});
afterAll(async () => {
  sender.close();
  await broker[Symbol.asyncDispose]();
});

const send = (topic: string) =>
  sender.send({
    ...{ id: DELIVERY, message: message(), expiresMs: clock.nowMs() + 60_000 },
    address: { platform: "mqtt", topic },
  });

test.each([
  [{ status: 429 }, { outcome: "throttled", reason: expect.stringContaining("0x97") }],
  [{ status: 500 }, { outcome: "retryable", reason: expect.stringContaining("0x80") }],
  ["reset" as const, { outcome: "retryable" }],
])("its answer %j is understood, and what comes after arrives", async (fault, outcome) => {
  broker.faults.set("signs/ill", fault);
  expect(await send("signs/ill")).toMatchObject(outcome);
  expect(await send("signs/well")).toMatchObject({ outcome: "sent" });
});

test("that never acknowledges is left after a while with all that it owes, and a new connection is made", async () => {
  broker.faults.set("signs/ill", "hang");
  broker.faults.set("signs/slow", "hang");
  const owed = [send("signs/ill")];
  await send("signs/well");
  clock.advance(10 * SECOND);
  owed.push(send("signs/slow"));
  await send("signs/well");
  clock.advance(5 * SECOND);
  const outcomes = await Promise.all(owed);
  expect(outcomes).toMatchObject([
    { outcome: "retryable", reason: "the broker did not acknowledge in time" },
    { outcome: "retryable" },
  ]);
  expect(await send("signs/well")).toMatchObject({ outcome: "sent" });
});

test("that says good-bye, or lets nobody in for once, is come back to", async () => {
  expect(await send("signs/well")).toMatchObject({ outcome: "sent" });
  broker.refuseOnce();
  broker.goAway();
  const outcomes = [];
  for (let tries = 0; tries < 50 && outcomes.at(-1)?.outcome !== "retryable"; tries += 1)
    outcomes.push(await send("signs/well"));
  expect(outcomes.at(-1)).toMatchObject({ outcome: "retryable" });
  let last = outcomes.at(-1)!;
  while (last.outcome !== "sent") last = await send("signs/well");
  expect(last.outcome).toBe("sent");
});
