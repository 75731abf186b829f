import { describe, expect, test } from "bun:test";
import { connect as connectTcp } from "node:net";
import { join } from "node:path";
import type { MqttClient } from "mqtt";
import { journalled } from "../../telemetry/testing/journalled.ts";
import { RawClient } from "../testing/site-broker.ts";
import { passwordOf, startSiteListeners, until } from "../testing/site-listeners.ts";

const file = (name: string): string => join(import.meta.dir, "testdata", `${name}.pem`);
const publish = (client: MqttClient) =>
  client.publishAsync("homepot/till-1/telemetry", '{"temperature":4}', { qos: 1 });

describe("a broker with every kind of listener", () => {
  test.each(["tcp", "tls", "ws", "wss"] as const)("serves a device over %s, there and back", async (kind) => {
    await using start = await startSiteListeners();
    const { site } = start;
    const client = await start.connect(kind, passwordOf(start, "till-1"));
    await publish(client);
    expect(journalled(site.db).length).toBe(1);
    await client.subscribeAsync("homepot/till-1/notification", { qos: 1 });
    const heard = new Promise<string>((resolve) =>
      client.on("message", (_topic, body) => resolve(body.toString())),
    );
    const text = "x".repeat(60_000);
    await site.broker.publishToDevice({ channel: "notification", device: "till-1" }, text);
    expect((await heard).length).toBe(text.length);
    const closed = new Promise<void>((resolve) => client.once("close", () => resolve()));
    await site.broker.stop();
    await closed;
  });

  test("serves TLS by the files that are set", async () => {
    await using start = await startSiteListeners({
      settings: { mqttTlsCertificate: file("server"), mqttTlsKey: file("server-key") },
    });
    const ca = await Bun.file(file("authority")).text();
    for (const kind of ["tls", "wss"] as const) {
      await publish(await start.connect(kind, { ...passwordOf(start, "till-1"), ca }));
    }
    const trusting = start.connect("tls", passwordOf(start, "till-1"));
    expect(trusting).rejects.toThrow();
    await trusting.catch(() => undefined);
  });

  test("is not started with a certificate and no key, nor with the key of another", async () => {
    const settings = { mqttTlsCertificate: file("server"), mqttTlsKey: null };
    await expect(startSiteListeners({ settings })).rejects.toThrow("mqtt.tls-key");
    const other = { mqttTlsCertificate: file("server"), mqttTlsKey: file("till-1-key") };
    await expect(startSiteListeners({ settings: other })).rejects.toThrow("does not belong");
  });

  test("says in words who cannot be understood, once a minute, and goes on serving", async () => {
    await using start = await startSiteListeners();
    for (let often = 0; often < 3; often += 1) {
      using plain = new RawClient(start.ports.tls);
      plain.write([0x10, 0x0c, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 2, 0, 0, 0, 0]);
      await plain.closed;
    }
    expect(start.logged).toEqual([
      {
        message: "a TLS connection failed",
        remoteAddress: "127.0.0.1",
        reason: "it does not speak TLS: this is the port of mqtt.tls-listen",
      },
    ]);
    await expect(
      start.connect("tls", { ...passwordOf(start, "till-1"), port: start.ports.tcp }),
    ).rejects.toThrow();
    await publish(await start.connect("tls", passwordOf(start, "till-1")));
  });

  test("says that a client does not trust its certificate", async () => {
    await using start = await startSiteListeners();
    const distrusting = start.connect("tls", { ...passwordOf(start, "till-1"), ca: undefined as never });
    await expect(distrusting).rejects.toThrow();
    await until(() => start.logged.length > 0);
    expect(start.logged[0]?.reason).toContain("trust");
  });

  test("ends a connection that does not begin with TLS in time, and counts it no more", async () => {
    await using start = await startSiteListeners({ bounds: { perAddress: 1 } });
    const silent = connectTcp({ port: start.ports.tls, host: "127.0.0.1", localAddress: "127.0.0.7" });
    const closed = new Promise((resolve) => silent.once("close", resolve));
    await new Promise((resolve) => silent.once("connect", resolve));
    const another = connectTcp({ port: start.ports.tls, host: "127.0.0.1", localAddress: "127.0.0.7" });
    await new Promise((resolve) => another.on("error", () => undefined).once("close", resolve));
    expect(start.logged.at(-1)?.reason).toContain("mqtt.max-connections-per-address");
    start.clock.advance(10_000);
    await closed;
    start.clock.advance(60_000);
    const third = connectTcp({ port: start.ports.tls, host: "127.0.0.1", localAddress: "127.0.0.7" });
    await new Promise((resolve) => third.once("connect", resolve));
    third.write("GET / HTTP/1.1\r\n\r\n");
    await new Promise((resolve) => third.on("error", () => undefined).once("close", resolve));
    expect(start.logged.at(-1)?.reason).toContain("it does not speak TLS");
  });

  test.each(["tcp", "ws"] as const)("bounds the connections of one address over %s", async (kind) => {
    await using start = await startSiteListeners({ bounds: { perAddress: 2 } });
    const open = (): ReturnType<typeof connectTcp> => {
      const socket = connectTcp({ port: start.ports[kind], host: "127.0.0.1", localAddress: "127.0.0.8" });
      socket.on("error", () => undefined);
      if (kind === "ws") {
        socket.write(
          "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n" +
            "Sec-WebSocket-Protocol: mqtt\r\n\r\n",
        );
        socket.resume();
      }
      return socket;
    };
    const sockets = [open(), open(), open()];
    await Promise.race(sockets.map((socket) => new Promise((resolve) => socket.once("close", resolve))));
    expect(start.logged.map(({ reason }) => reason)).toEqual([
      "it has 2 connections already (mqtt.max-connections-per-address)",
    ]);
    expect(sockets.filter((socket) => socket.destroyed).length).toBe(1);
    for (const socket of sockets) socket.destroy();
  });

  test("serves a good client among two thousand that only open the connection", async () => {
    await using start = await startSiteListeners();
    const idle: Bun.Socket[] = [];
    for (const kind of ["tls", "ws"] as const) {
      for (let count = 0; count < 1_000; count += 1) {
        idle.push(
          await Bun.connect({
            hostname: "127.0.0.1",
            port: start.ports[kind],
            socket: { data: () => undefined },
          }),
        );
      }
    }
    for (const kind of ["tls", "ws"] as const) {
      await publish(await start.connect(kind, passwordOf(start, "till-1")));
    }
    expect(journalled(start.site.db).length).toBe(2);
    for (const socket of idle) socket.terminate();
  });
});
