import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { CloudDouble } from "./testing/cloud-double.ts";
import { Rig } from "./testing/rig.ts";
import { until } from "./testing/until.ts";

let rig: Rig;

beforeEach(() => {
  rig = new Rig();
});

afterEach(() => rig[Symbol.dispose]());

describe("a line that is bad", () => {
  test("a cloud that is not there is tried ever later, and the reason names its address", async () => {
    await rig.site.enrol(rig.cloud.url);
    const { port } = rig.cloud;
    rig.cloud[Symbol.dispose]();
    rig.site.uplink.start();
    await until("the reason", () => rig.site.uplink.status().reason);
    expect(rig.site.uplink.status()).toMatchObject({
      state: "connecting",
      reason: {
        code: "cloud.unreachable",
        detail: `ws://127.0.0.1:${port}/api/v1/gateways/connect: Failed to connect`,
      },
    });
    rig.cloud = new CloudDouble(port);
    rig.site.clock.advance(1_000);
    await rig.site.state("connected");
  });

  test("a line that breaks off is told as such, and dialled again within a second", async () => {
    const connection = await rig.connect();
    connection.cut();
    await rig.site.state("connecting");
    expect(rig.site.uplink.status().reason?.detail).toEndWith(": the line broke off");
    rig.site.clock.advance(1_000);
    await rig.site.state("connected");
  });

  test("something else at the cloud's address is not taken for it", async () => {
    using other = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("<html>") });
    await rig.site.enrol(rig.cloud.url);
    rig.site.db.sqlite.query("UPDATE identity SET cloud_url = ?").run(`http://127.0.0.1:${other.port}`);
    rig.site.uplink.start();
    await until("the reason", () => rig.site.uplink.status().reason);
    expect(rig.site.uplink.status()).toMatchObject({
      state: "connecting",
      reason: { code: "cloud.unreachable" },
    });
  });

  test("silence is asked about after 15 s and believed after 45 s", async () => {
    rig.cloud.answersPings = false;
    const connection = await rig.connect();
    rig.site.clock.advance(14_999);
    expect(rig.site.uplink.status().state).toBe("connected");
    rig.site.clock.advance(15_001);
    await until("two pings", () => connection.of("ping").length === 2);
    rig.site.clock.advance(14_999);
    expect(rig.site.uplink.status().state).toBe("connected");
    rig.site.clock.advance(1);
    expect(rig.site.uplink.status()).toMatchObject({
      state: "connecting",
      reason: { code: "cloud.unreachable", detail: "no word from the cloud for 45 s" },
    });
    await rig.reconnect(1);
    await rig.site.state("connected");
  });

  test("a cloud that answers is not left, however long nothing happens", async () => {
    const connection = await rig.connect();
    for (let count = 1; count <= 5; count += 1) {
      rig.site.clock.advance(15_000);
      await until("the ping", () => connection.of("ping").length === count);
      // The pong is a message like any other: once a later one is answered, it has been heard.
      connection.say({ type: "ping", nowMs: 1 });
      await until("the pong to be heard", () => connection.of("pong").length === count);
    }
    expect([rig.site.uplink.status().state, rig.cloud.connections.length]).toEqual(["connected", 1]);
  });

  test("a cloud that takes the call and says nothing is given up", async () => {
    rig.cloud.challenges = false;
    rig.cloud.answersPings = false;
    await rig.start();
    await rig.cloud.connection(0);
    rig.site.clock.advance(45_000);
    expect(rig.site.uplink.status().reason).toMatchObject({ code: "cloud.unreachable" });
  });
});
