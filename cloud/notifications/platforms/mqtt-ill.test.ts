import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { sent } from "../../../protocol/notifications/outcome.ts";
import { ManualClock } from "../../../protocol/testing/manual-clock.ts";
import { SECOND } from "../../../protocol/units.ts";
import { type BrokerDouble, startBroker } from "../testing/broker-double.ts";
import { DELIVERY, message, platformParts } from "../testing/platform-parts.ts";
import type { BrokerSession, KeptPacket, LeftPacket } from "./broker-session.ts";
import { mqtt } from "./mqtt.ts";
import { ExternalBroker } from "./mqtt-broker.ts";
import type { PlatformParts, Sender } from "./platform.ts";

/** A broker elsewhere that is ill: what mosquitto does not do when asked. */
let broker: BrokerDouble;
let parts: PlatformParts;
let sender: Sender<"mqtt">;
const clock = new ManualClock();

beforeAll(async () => {
  broker = await startBroker();
  parts = await platformParts({ allowed: [broker.url], clock });
  const made = mqtt.open({ url: broker.url, version: "5", qos: "1" }, parts);
  if (!made.ok) throw new Error(made.refusal.detail);
  sender = made.value;
});
afterAll(async () => {
  sender.close();
  await broker[Symbol.asyncDispose]();
});

let deliveries = 0;
const send = (topic: string) =>
  sender.send({
    ...{ id: `${DELIVERY}-${deliveries++}`, message: message(), expiresMs: clock.nowMs() + 60_000 },
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

/** The same broker at QoS 2, with a session that is in memory only. */
function openedAt2(clientId = `homepot${sessions++}`, left: LeftPacket[] = [], settled: string[] = []) {
  const kept: KeptPacket[] = [];
  let repeated = 0;
  const session: BrokerSession = {
    ...{ clientId, left, end: () => undefined },
    keep: async (packets) =>
      void kept.push(...packets.map(({ packetId, delivery }) => ({ packetId, delivery }))),
    settledOf: async (deliveries) => new Set(deliveries.filter((one) => settled.includes(one))),
    clear: async () => void kept.splice(0),
    countRepeated: async (messages) => {
      repeated += messages;
    },
  };
  const opened = new ExternalBroker(
    { url: broker.url, version: "5", qos: "2" },
    { ...parts, sessions: { open: async () => session } },
  );
  const publish = (id: string, topic = "signs/well") =>
    opened.publish(id, { topic, payload: JSON.stringify({ id }), leftSeconds: 60 });
  return { opened, publish, kept, repeated: () => repeated };
}
let sessions = 0;
const untilTaken = async (count: number): Promise<string[]> => {
  while (broker.taken.length < count) await new Promise((resolve) => setImmediate(resolve));
  return broker.taken.map(({ payload }) => String(payload.id));
};

describe("at QoS 2", () => {
  beforeEach(() => {
    broker.faults.clear();
    broker.taken.length = 0;
    for (const name of Object.keys(broker.says)) delete broker.says[name as keyof typeof broker.says];
  });

  test("a message has its packet id kept before it is published, and is handed on when it is written down", async () => {
    const { opened, publish, kept } = openedAt2();
    expect(await publish("a")).toEqual(sent());
    expect(await publish("b")).toEqual(sent());
    expect(kept).toEqual([
      { packetId: 1, delivery: "a" },
      { packetId: 2, delivery: "b" },
    ]);
    opened.written(["b"]);
    expect(await untilTaken(1)).toEqual(["b"]);
    opened.written(["a", "c"]);
    expect(await untilTaken(2)).toEqual(["b", "a"]);
    opened.close();
  });

  test("one that cannot be kept is not published", async () => {
    const { opened, publish, kept } = openedAt2();
    await publish("a");
    kept.push = () => {
      throw new Error("the disk is full");
    };
    expect(await publish("b")).toEqual({ outcome: "retryable", reason: "the disk is full" });
    opened.written(["a", "b"]);
    expect(await untilTaken(1)).toEqual(["a"]);
    opened.close();
  });

  test("a broker that takes QoS 1 at most gets that, one that takes 0 nothing", async () => {
    broker.says.maximumQoS = 1;
    const { opened, publish, kept } = openedAt2();
    expect(await publish("a")).toEqual(sent());
    expect({ kept, qos: opened.qos, taken: broker.taken.map(({ qos }) => qos) }).toEqual({
      ...{ kept: [], qos: 1, taken: [1] },
    });
    broker.says.maximumQoS = 0;
    broker.forget();
    let outcome = await publish("b");
    if (outcome.outcome === "retryable") outcome = await publish("b");
    expect(outcome).toMatchObject({ outcome: "refused", reason: expect.stringContaining("QoS 0") });
    opened.close();
  });

  test("no more are under way than the broker takes, and none larger", async () => {
    broker.says.receiveMaximum = 2;
    broker.says.maximumPacketSize = 100;
    const { opened, publish } = openedAt2();
    const ids = Array.from({ length: 9 }, (_, index) => `m${index}`);
    await Promise.all(
      ids.map(async (id) => {
        expect(await publish(id)).toEqual(sent());
        opened.written([id]);
      }),
    );
    expect((await untilTaken(9)).sort()).toEqual(ids);
    expect(await publish("x".repeat(100))).toMatchObject({
      outcome: "refused",
      reason: expect.stringContaining("at most 100"),
    });
    opened.close();
  });

  test("those that were given up do not take the place of others", async () => {
    broker.says.receiveMaximum = 2;
    // Of an earlier connection, which the broker knows.
    const { opened: earlier, publish: publishEarlier } = openedAt2("homepotgivenup");
    const left = [1, 2].map((packetId) => ({ packetId, delivery: `old-${packetId}`, isSettled: false }));
    const { opened, publish } = openedAt2("homepotgivenup", left, ["old-1"]);
    await Promise.all([publishEarlier("old-1"), publishEarlier("old-2")]);
    earlier.close();
    expect(await publish("new")).toEqual(sent());
    opened.written(["new"]);
    expect((await untilTaken(2)).sort()).toEqual(["new", "old-1"]);
    expect(await publish("old-2")).toEqual(sent());
    opened.written(["old-2"]);
    expect((await untilTaken(3)).sort()).toEqual(["new", "old-1", "old-2"]);
    opened.close();
  });

  test("a broker that forgot the session gets what is under way anew, and what it may have handed on is counted", async () => {
    const { opened, publish, repeated } = openedAt2();
    broker.faults.set("signs/slow", "hang");
    const slow = publish("slow", "signs/slow");
    expect(await publish("a")).toEqual(sent());
    broker.forget();
    expect(await slow).toMatchObject({ outcome: "retryable" });
    broker.faults.clear();
    // It is written down while nobody is connected.
    opened.written(["a"]);
    expect(await publish("slow")).toEqual(sent());
    opened.written(["slow"]);
    expect((await untilTaken(2)).sort()).toEqual(["a", "slow"]);
    expect(repeated()).toBe(2);
    opened.close();
  });

  test("what is to be handed on is told again, though nothing else is sent", async () => {
    const { opened, publish } = openedAt2();
    expect(await publish("a")).toEqual(sent());
    broker.goAway();
    while (opened.isConnected) await new Promise((resolve) => setImmediate(resolve));
    opened.written(["a"]);
    clock.advance(5 * SECOND);
    expect(await untilTaken(1)).toEqual(["a"]);
    opened.close();
  });

  test("what is kept is forgotten when nothing is under way for a while", async () => {
    const { opened, publish, kept } = openedAt2();
    await publish("a");
    opened.written(["a"]);
    await untilTaken(1);
    while (kept.length > 0) {
      clock.advance(2 * SECOND);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(opened.isConnected).toBe(true);
    opened.close();
  });
});
