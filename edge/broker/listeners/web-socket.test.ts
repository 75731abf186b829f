import { describe, expect, test } from "bun:test";
import { journalled } from "../../telemetry/testing/journalled.ts";
import { connectPacket, publishPacket } from "../testing/site-broker.ts";
import { startSiteListeners, until } from "../testing/site-listeners.ts";
import type { AcceptWire, Wire } from "../wire/wire.ts";
import { listenWebSocket } from "./web-socket.ts";

async function open(port: number, protocols: string[] = ["mqtt"]): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/mqtt`, protocols);
  socket.binaryType = "arraybuffer";
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  return socket;
}
const closeOf = (socket: WebSocket): Promise<number> =>
  new Promise((resolve) => socket.addEventListener("close", ({ code }) => resolve(code)));

describe("MQTT over WebSocket", () => {
  test("takes packets spread over frames and several in one, and answers in binary [MQTT-6.0.0-2]", async () => {
    await using start = await startSiteListeners();
    const socket = await open(start.ports.ws);
    expect(socket.protocol).toBe("mqtt");
    let answer = Buffer.alloc(0);
    socket.onmessage = ({ data }) => {
      answer = Buffer.concat([answer, Buffer.from(data as ArrayBuffer)]);
    };
    const topic = "homepot/till-1/telemetry";
    const hello = connectPacket({ device: "till-1", password: start.site.password("till-1") });
    for (const byte of hello) socket.send(Uint8Array.of(byte));
    await until(() => answer.length === 4);
    const packets = [1, 2].map((packetId) =>
      publishPacket({ topic, payload: `{"n":${packetId}}`, qos: 1, packetId }),
    );
    socket.send(Buffer.concat(packets));
    await until(() => answer.length === 12);
    expect(answer.toString("hex")).toBe("200200004002000140020002");
    expect(journalled(start.site.db).length).toBe(2);
    socket.close();
  });

  test("closes on a text frame [MQTT-6.0.0-1] and on one that is too large", async () => {
    await using start = await startSiteListeners();
    const text = await open(start.ports.ws);
    text.send("CONNECT");
    expect(await closeOf(text)).toBe(1003);
    const large = await open(start.ports.ws);
    const closed = closeOf(large);
    large.send(new Uint8Array(1_024 * 1_024 + 1));
    expect([1006, 1009]).toContain(await closed);
  });

  test("refuses who does not offer the subprotocol mqtt [MQTT-6.0.0-3], or no WebSocket at all", async () => {
    await using start = await startSiteListeners();
    await expect(open(start.ports.ws, ["amqp"])).rejects.toBeDefined();
    expect((await fetch(`http://127.0.0.1:${start.ports.ws}/`)).status).toBe(426);
    const headers = { "sec-websocket-protocol": "mqtt" };
    expect((await fetch(`http://127.0.0.1:${start.ports.ws}/`, { headers })).status).toBe(426);
  });
});

describe("a wire over WebSocket", () => {
  async function wired(): Promise<{ wire: Wire; socket: WebSocket; taken: () => number } & AsyncDisposable> {
    let takenBytes = 0;
    const accepted = Promise.withResolvers<Wire>();
    const accept: AcceptWire = (wire) => {
      accepted.resolve(wire);
      return {
        data: (bytes) => {
          takenBytes += bytes.length;
        },
        drain: () => undefined,
        closed: () => undefined,
      };
    };
    const listening = await listenWebSocket({ host: "127.0.0.1", port: 0, tls: null }, accept);
    const socket = await open(listening.port);
    const dispose = (): Promise<void> => listening.stop();
    return { wire: await accepted.promise, socket, taken: () => takenBytes, [Symbol.asyncDispose]: dispose };
  }

  test("that is paused makes the other end wait, and loses nothing", async () => {
    await using line = await wired();
    line.wire.pause();
    const frame = new Uint8Array(64 * 1_024);
    const frames = 512;
    for (let count = 0; count < frames; count += 1) line.socket.send(frame);
    // A turn of the loop in which nothing moves any more: the buffers between the two are full.
    let before = -1;
    while (line.socket.bufferedAmount !== before) {
      before = line.socket.bufferedAmount;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(before).toBeGreaterThan(0);
    expect(line.taken()).toBeLessThan(4 * 1_024 * 1_024);
    line.wire.resume();
    await until(() => line.taken() === frames * frame.length);
  });

  test("counts what the other end has not read, and closes with it", async () => {
    await using line = await wired();
    let heard = 0;
    line.socket.onmessage = ({ data }) => {
      heard += (data as ArrayBuffer).byteLength;
    };
    for (let count = 0; count < 64; count += 1) line.wire.write(new Uint8Array(256 * 1_024));
    expect(line.wire.waitingBytes).toBeGreaterThan(1_024 * 1_024);
    await until(() => heard === 64 * 256 * 1_024);
    expect(line.wire.waitingBytes).toBe(0);
    const closed = closeOf(line.socket);
    line.wire.end();
    line.wire.write(Uint8Array.of(1));
    expect(await closed).toBe(1000);
    line.wire.pause();
    line.wire.resume();
    expect(line.wire.waitingBytes).toBe(0);
  });
});
