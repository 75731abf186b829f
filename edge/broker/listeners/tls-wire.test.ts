import { describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { connect as connectTls } from "node:tls";
import { startSiteListeners, until } from "../testing/site-listeners.ts";
import type { Wire } from "../wire/wire.ts";

const BYTES = 24 * 1_024 * 1_024;
const sent = Buffer.alloc(BYTES, Buffer.from(Array.from({ length: 251 }, (_, index) => index)));
const hash = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** A wire over TLS, what came over it, and its other end. */
async function wired() {
  const start = await startSiteListeners();
  const accepted = Promise.withResolvers<Wire>();
  const took: Buffer[] = [];
  const listening = await start.listeners.listen[1]!((wire) => {
    accepted.resolve(wire);
    return {
      data: (bytes) => took.push(Buffer.from(bytes)),
      drain: () => undefined,
      closed: () => undefined,
    };
  });
  const ca = await start.certificates.authority();
  const socket = connectTls({ port: listening.port, host: "localhost", ca });
  return {
    wire: await accepted.promise,
    socket,
    took,
    async [Symbol.asyncDispose]() {
      socket.destroy();
      await listening.stop();
      await start[Symbol.asyncDispose]();
    },
  };
}

describe("a wire over TLS", () => {
  test("that is paused makes the other end wait, and loses nothing", async () => {
    await using line = await wired();
    line.wire.pause();
    line.socket.write(sent);
    let before = -1;
    while (line.socket.bytesWritten !== before) {
      before = line.socket.bytesWritten;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const size = (): number => line.took.reduce((total, { length }) => total + length, 0);
    expect(size()).toBeLessThan(BYTES / 2);
    line.wire.resume();
    await until(() => size() === BYTES);
    expect(hash(Buffer.concat(line.took))).toBe(hash(sent));
  });

  test("keeps and counts what the other end has not read, and sends it before it closes", async () => {
    await using line = await wired();
    line.socket.pause();
    for (let from = 0; from < BYTES; from += 100_000) line.wire.write(sent.subarray(from, from + 100_000));
    expect(line.wire.waitingBytes).toBeGreaterThan(1_024 * 1_024);
    expect(line.wire.waitingBytes).toBeLessThanOrEqual(BYTES);
    line.wire.end();
    const heard: Buffer[] = [];
    line.socket.on("data", (bytes: Buffer) => heard.push(bytes));
    const closed = new Promise((resolve) => line.socket.once("end", resolve));
    line.socket.resume();
    await closed;
    expect(hash(Buffer.concat(heard))).toBe(hash(sent));
  });
});
