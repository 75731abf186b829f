import { describe, expect, test } from "bun:test";
import { seededRandom } from "../../../protocol/seeded-random.ts";
import { connectPacket, publishPacket } from "../testing/site-broker.ts";
import { PacketCutter } from "./packet-cutter.ts";

const long = publishPacket({ topic: "homepot/a/telemetry", payload: "x".repeat(300), qos: 1 });
const PACKETS = [
  connectPacket({ device: "a", password: "b" }),
  Buffer.of(0xc0, 0),
  long,
  Buffer.of(0x40, 2, 0, 1),
];
const STREAM = Buffer.concat(PACKETS);

function cut(pieces: readonly Buffer[], maxBytes = 1_000) {
  const packets: [number, string][] = [];
  const cutter = new PacketCutter(maxBytes, (firstByte, body) => {
    packets.push([firstByte, body.toString("hex")]);
    return true;
  });
  let outcome: number | null = null;
  for (const piece of pieces) {
    // What is cut may not depend on bytes that are written over after the call.
    const own = Buffer.from(piece);
    outcome ??= cutter.take(own);
    own.fill(0);
  }
  return { packets, outcome };
}

describe("the packet cutter", () => {
  test("finds the same packets wherever the stream is broken", () => {
    const whole = cut([STREAM]);
    expect(whole.packets.map(([firstByte]) => firstByte)).toEqual([0x10, 0xc0, 0x32, 0x40]);
    expect(cut([...STREAM].map((byte) => Buffer.of(byte)))).toEqual(whole);
    const random = seededRandom(3);
    for (let round = 0; round < 200; round += 1) {
      const at = [random, random].map(() => Math.floor(random.next() * STREAM.length)).sort((a, b) => a - b);
      const pieces = [STREAM.subarray(0, at[0]), STREAM.subarray(at[0], at[1]), STREAM.subarray(at[1])];
      expect(cut(pieces)).toEqual(whole);
    }
  });

  test("notices a packet that is too large by its header, also when that comes byte by byte", () => {
    const header = [0x30, 0xff, 0xff, 0x7f];
    expect(cut([Buffer.from(header)]).outcome).toBe(2_097_151);
    expect(cut(header.map((byte) => Buffer.of(byte))).outcome).toBe(2_097_151);
  });

  test("notices a length of five bytes, and first bytes no client may send", () => {
    const malformed = [
      [0x30, 0xff, 0xff, 0xff, 0xff, 1],
      [0x00, 0],
      [0x20, 2, 0, 0],
      [0x36, 0],
      [0x60, 2, 0, 1],
      [0x80, 0],
      [0xc1, 0],
      [0xf0, 0],
    ];
    for (const bytes of malformed) {
      expect(cut([Buffer.from(bytes)]).outcome).toBe(Number.POSITIVE_INFINITY);
      expect(cut(bytes.map((byte) => Buffer.of(byte))).outcome).toBe(Number.POSITIVE_INFINITY);
    }
  });

  test("stops when it is told to", () => {
    let seen = 0;
    const cutter = new PacketCutter(1_000, () => {
      seen += 1;
      return false;
    });
    expect([cutter.take(STREAM), seen]).toEqual([null, 1]);
  });
});
