import { describe, expect, test } from "bun:test";
import { journalled } from "../../telemetry/testing/journalled.ts";
import {
  connectPacket,
  publishPacket,
  RawClient,
  type SiteBroker,
  startSiteBroker,
  subscribePacket,
} from "../testing/site-broker.ts";

const TELEMETRY = "homepot/till-1/telemetry";
const CONNACK = "20020000";
const PUBREL = (packetId: number): number[] => [0x62, 2, packetId >> 8, packetId & 0xff];

type Login = Partial<Parameters<typeof connectPacket>[0]>;

const login = (site: SiteBroker, options: Login = {}): Buffer =>
  connectPacket({ device: "till-1", password: site.password(options.device ?? "till-1"), ...options });

async function connected(site: SiteBroker, options: Login = {}): Promise<RawClient> {
  const client = new RawClient(site.port);
  client.write(login(site, options));
  await client.take(4);
  return client;
}
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await Bun.sleep(1);
}
const values = (site: SiteBroker): string[] => journalled(site.db).map(({ payload }) => payload);

describe("a session", () => {
  test("takes what was sent before the CONNACK came, in order", async () => {
    await using site = await startSiteBroker();
    using till = new RawClient(site.port);
    const messages = [1, 2, 3].map((packetId) =>
      publishPacket({ topic: TELEMETRY, payload: `{"n":${packetId}}`, qos: 1, packetId }),
    );
    till.write(login(site), ...messages, [0xc0, 0]);
    const answer = (await till.take(4 + 12 + 2)).toString("hex");
    expect(answer.startsWith(CONNACK)).toBe(true);
    expect(answer).toContain("400200014002000240020003");
    expect(values(site)).toEqual(['{"n":1}', '{"n":2}', '{"n":3}']);
  });

  test("takes a QoS 2 message in once, however often it comes before its PUBREL", async () => {
    await using site = await startSiteBroker();
    using till = await connected(site);
    const message = { topic: TELEMETRY, payload: '{"n":1}', qos: 2, packetId: 7 } as const;
    till.write(publishPacket(message));
    expect((await till.take(4)).toString("hex")).toBe("50020007");
    till.write(publishPacket({ ...message, dup: true }));
    expect((await till.take(4)).toString("hex")).toBe("50020007");
    till.write(PUBREL(7));
    expect((await till.take(4)).toString("hex")).toBe("70020007");
    till.write(PUBREL(7));
    expect((await till.take(4)).toString("hex")).toBe("70020007");
    expect(values(site).length).toBe(1);
    till.write(publishPacket(message));
    await till.take(4);
    expect(values(site).length).toBe(2);
  });

  test("knows after a restart which QoS 2 messages it has, unless the client begins anew", async () => {
    const message = { topic: TELEMETRY, payload: '{"n":1}', qos: 2, packetId: 7, dup: true } as const;
    const before = await startSiteBroker();
    const { db } = before;
    const password = before.password("till-1");
    using old = await connected(before, { clean: false });
    old.write(publishPacket(message));
    await old.take(4);
    await before.broker.stop();

    await using site = await startSiteBroker({ db, devices: [] });
    using till = await connected(site, { clean: false, password });
    till.write(publishPacket(message));
    expect((await till.take(4)).toString("hex")).toBe("50020007");
    expect(values(site).length).toBe(1);
    till.socket.destroy();
    using anew = await connected(site, { password });
    anew.write(publishPacket(message));
    await anew.take(4);
    expect(values(site).length).toBe(2);
    anew.socket.destroy();
    const rows = () => db.sqlite.query<{ n: number }, []>("SELECT count(*) AS n FROM received").get()!.n;
    await until(() => rows() === 0);
  });

  test("may have so many QoS 2 messages open, and no more", async () => {
    await using site = await startSiteBroker();
    using till = await connected(site);
    for (let packetId = 1; packetId <= 1_001; packetId += 1) {
      till.write(publishPacket({ topic: TELEMETRY, payload: '{"n":1}', qos: 2, packetId }));
    }
    await till.closed;
    await until(() => values(site).length === 1_000);
  });

  test("ends when nothing comes within one and a half times its keepalive", async () => {
    await using site = await startSiteBroker();
    using till = await connected(site, { keepAlive: 10 });
    using lasting = await connected(site, { device: "till-2" });
    await until(() => site.broker.connections === 2);
    site.clock.advance(14_000);
    till.write([0xc0, 0]);
    expect([...(await till.take(2))]).toEqual([0xd0, 0]);
    site.clock.advance(14_000);
    till.write(publishPacket({ topic: TELEMETRY, payload: '{"n":1}', qos: 1 }));
    await till.take(4);
    site.clock.advance(14_000);
    till.write([0xc0, 0]);
    await till.take(2);
    site.clock.advance(16_000);
    await till.closed;
    lasting.write([0xc0, 0]);
    await lasting.take(2);
  });

  test("ends when no CONNECT comes", async () => {
    await using site = await startSiteBroker();
    using mute = new RawClient(site.port);
    let closed = false;
    const ended = mute.closed.then(() => {
      closed = true;
    });
    await until(() => {
      site.clock.advance(1_000);
      return closed;
    });
    await ended;
  });

  test("is bounded in what it leaves unread, and others are served meanwhile", async () => {
    await using site = await startSiteBroker();
    using till = await connected(site);
    till.write(subscribePacket("homepot/till-1/#", 0));
    await till.take(5);
    till.socket.pause();
    const payload = JSON.stringify({ text: "x".repeat(60_000) });
    let gone = false;
    const closed = till.closed.then(() => {
      gone = true;
    });
    let sent = 0;
    while (site.broker.connections > 0 && sent < 1_000) {
      await site.broker.publishToDevice({ channel: "notification", device: "till-1" }, payload);
      sent += 1;
    }
    expect(sent).toBeLessThan(1_000);
    using other = await connected(site, { device: "till-2" });
    other.write(publishPacket({ topic: "homepot/till-2/telemetry", payload: '{"n":1}', qos: 1 }));
    await other.take(4);
    till.socket.resume();
    await closed;
    expect(gone).toBe(true);
  });

  test("ends when what it was sent stays unread for too long", async () => {
    await using site = await startSiteBroker();
    using till = await connected(site);
    till.write(subscribePacket("homepot/till-1/#", 0));
    await till.take(5);
    till.socket.pause();
    // More than the system's own buffers take; what is left over is less than what ends a session at once.
    const payload = "x".repeat(200_000);
    const unread = (): boolean => site.broker.unreadBytes > 500_000;
    while (!unread()) {
      await site.broker.publishToDevice({ channel: "notification", device: "till-1" }, payload);
    }
    expect(site.broker.connections).toBe(1);
    site.clock.advance(19_000);
    expect(site.broker.connections).toBe(1);
    site.clock.advance(2_000);
    await until(() => site.broker.connections === 0);
    expect(unread()).toBe(false);
  });

  test("gives a subscriber what it publishes itself, after it is durable, and keeps what is retained", async () => {
    await using site = await startSiteBroker();
    using till = await connected(site);
    till.write(subscribePacket("homepot/till-1/+", 1));
    await till.take(5);
    till.write(publishPacket({ topic: TELEMETRY, payload: '{"n":1}', qos: 0, retain: true }));
    const copy = await till.take(2 + 2 + TELEMETRY.length + 7);
    expect(copy.toString()).toContain('{"n":1}');
    using other = await connected(site, { clientId: "second" });
    other.write(subscribePacket(TELEMETRY, 0));
    const retained = await other.take(5 + copy.length);
    expect(retained.toString()).toContain('{"n":1}');
  });

  test("refuses what does not begin with CONNECT, and a second CONNECT", async () => {
    await using site = await startSiteBroker();
    using stranger = new RawClient(site.port);
    stranger.write([0xc0, 0]);
    await stranger.closed;
    using till = await connected(site);
    till.write(login(site));
    await till.closed;
  });

  test("does not hold without bound what comes before its CONNACK", async () => {
    await using site = await startSiteBroker();
    using till = new RawClient(site.port);
    const message = publishPacket({ topic: TELEMETRY, payload: `{"t":"${"x".repeat(1_000)}"}`, qos: 0 });
    till.write(login(site), ...Array.from({ length: 300 }, () => message));
    await Promise.race([till.closed, until(() => values(site).length === 300)]);
    using other = await connected(site, { device: "till-2" });
    expect(other.received.length).toBe(0);
  });
});
