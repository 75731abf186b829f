import { describe, expect, test } from "bun:test";
import { journalled } from "../telemetry/testing/journalled.ts";
import {
  connectPacket,
  publishPacket,
  RawClient,
  type SiteBroker,
  startSiteBroker,
} from "./testing/site-broker.ts";

const topic = "homepot/till-1/telemetry";

async function connected(site: SiteBroker, clientId: string, keepAlive = 0): Promise<RawClient> {
  const client = new RawClient(site.port);
  client.write(connectPacket({ device: "till-1", password: site.password("till-1"), clientId, keepAlive }));
  await client.take(4);
  return client;
}
const messages = (from: number, count: number): Buffer[] =>
  Array.from({ length: count }, (_, index) =>
    publishPacket({ topic, payload: `{"n":${from + index}}`, qos: 1, packetId: from + index }),
  );

describe("a client that publishes faster than it may", () => {
  test("is read later: it is answered for everything, and keeps its connection", async () => {
    await using site = await startSiteBroker({ limits: { messagesPerSecond: 10 } });
    using till = await connected(site, "pos", 1);
    using other = await connected(site, "other");
    till.write(...messages(1, 60));
    await till.take(60 * 4);
    till.write(...messages(61, 1));
    other.write(...messages(1, 1));
    await other.take(4);
    other.write([0xc0, 0]);
    await other.take(2);
    // A second's worth came too much, so for a second it is not read.
    site.clock.advance(900);
    other.write([0xc0, 0]);
    await other.take(2);
    expect(till.received.length).toBe(0);
    site.clock.advance(100);
    await till.take(4);
    expect(journalled(site.db).length).toBe(62);
  });

  test("is not taken for silent while it is held up", async () => {
    await using site = await startSiteBroker({ limits: { messagesPerSecond: 1 } });
    using till = await connected(site, "pos", 1);
    till.write(...messages(1, 15));
    await till.take(15 * 4);
    site.clock.advance(9_000);
    till.write([0xc0, 0]);
    site.clock.advance(1_000);
    await till.take(2);
    site.clock.advance(2_000);
    await till.closed;
  });
});

describe("a device with many connections", () => {
  test("loses the oldest for one too many", async () => {
    await using site = await startSiteBroker({ limits: { connectionsPerDevice: 2 } });
    using first = await connected(site, "a");
    using second = await connected(site, "b");
    using third = await connected(site, "c");
    await first.closed;
    for (const client of [second, third]) {
      client.write([0xc0, 0]);
      await client.take(2);
    }
    expect(site.broker.connections).toBe(2);
  });
});
