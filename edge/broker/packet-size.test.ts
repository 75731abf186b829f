import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { generate } from "mqtt-packet";
import { PacketSizeWatch } from "./packet-size.ts";

const publish = (bytes: number) =>
  generate({ cmd: "publish", topic: "t", payload: Buffer.alloc(bytes), qos: 0, dup: false, retain: false });

describe("the size of packets", () => {
  test("is watched however the stream is cut", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(900)),
        fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1 }),
        (sizes, cuts) => {
          const stream = Buffer.concat([...sizes.map(publish), generate({ cmd: "pingreq" })]);
          const watch = new PacketSizeWatch(1_000);
          for (let offset = 0, turn = 0; offset < stream.length; turn += 1) {
            const next = offset + cuts[turn % cuts.length]!;
            expect(watch.take(stream.subarray(offset, next))).toBeNull();
            offset = next;
          }
          expect(watch.take(publish(2_000))).toBe(2_003);
        },
      ),
    );
  });

  test("that is too large is told from the first five bytes", () => {
    const watch = new PacketSizeWatch(1_000);
    const packet = publish(10_000_000);
    expect(watch.take(packet.subarray(0, 4))).toBeNull();
    expect(watch.take(packet.subarray(4, 5))).toBe(10_000_003);
  });

  test("that is malformed is as bad", () => {
    expect(new PacketSizeWatch(1_000).take(Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0xff))).toBe(
      Number.POSITIVE_INFINITY,
    );
  });
});
