import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { STREAMS } from "../log/cursor.ts";
import { entriesAfter } from "../testing/arbitraries.ts";
import { decodeFrame, encodeFrame, FRAME_MAX_BYTES, type Frame } from "./frame.ts";

const GATEWAY = "0190b8e0-7c1a-7000-8000-000000000001";
const EPOCH = "0190b8e0-7c1a-7000-8000-000000000002";

const CONTROL: Exclude<Frame, { type: "ignorable" }>[] = [
  {
    type: "challenge",
    protocol: { min: 1, max: 1 },
    nonce: "AAAAAAAAAAAAAAAAAAAAAA",
    nowMs: 1_764_000_000_000,
  },
  {
    type: "hello",
    protocol: { min: 1, max: 1 },
    gateway: GATEWAY,
    signature: "A".repeat(86),
    epoch: EPOCH,
    uplog: { urgent: { head: 7 }, bulk: { head: 0 } },
    downlog: { epoch: EPOCH, seq: 3 },
    version: "0.1.0",
    nowMs: 1_764_000_000_000,
  },
  {
    type: "welcome",
    protocol: 1,
    uplog: { urgent: 6, bulk: 0 },
    downlog: { epoch: EPOCH, head: 4 },
    nowMs: 1_764_000_000_000,
  },
  { type: "refuse", code: "gateway.revoked", detail: "revoked", hint: "Enrol it again." },
  { type: "watch", devices: ["till-1"] },
  {
    type: "live",
    readings: [{ device: "till-1", atMs: 5, values: { temperature: -0.5, open: true, mode: "eco" } }],
  },
  { type: "flush", id: 1, devices: ["till-1"] },
  { type: "flushed", id: 1, seq: 12 },
  { type: "ping", nowMs: 1 },
  { type: "pong", nowMs: 2 },
  {
    type: "clock",
    steps: [
      { number: 1, urgent: 0, bulk: 0, byMs: null },
      { number: 2, urgent: 3, bulk: 40, byMs: -7_200_000 },
    ],
  },
];

describe("frames", () => {
  test("every control frame comes back as it went", () => {
    for (const frame of CONTROL) expect(decodeFrame(encodeFrame(frame))).toEqual({ ok: true, value: frame });
  });

  test("entries and acknowledgements come back as they went", () => {
    const seq = fc.integer({ min: 0, max: 2 ** 52 });
    fc.assert(
      fc.property(
        seq.chain((after) => fc.tuple(fc.constant(after), entriesAfter(after))),
        seq,
        fc.constantFrom(...STREAMS),
        ([after, entries], head, stream) => {
          const frame = { type: "entries", stream, after, head, entries } as const;
          expect(decodeFrame(encodeFrame(frame))).toEqual({ ok: true, value: { ...frame, entries } });
          const ack = { type: "ack", stream, seq: head } as const;
          expect(decodeFrame(encodeFrame(ack))).toEqual({ ok: true, value: ack });
        },
      ),
    );
  });

  test("garbage is refused, never thrown at", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const read = decodeFrame(bytes);
        if (!read.ok) expect(read.refusal.code).toBe("frame.invalid");
      }),
      { numRuns: 2_000 },
    );
  });

  test("a frame cut anywhere or with a byte changed is refused or still a whole frame", () => {
    const frame = encodeFrame({
      type: "entries",
      stream: "urgent",
      after: 41,
      head: 43,
      entries: [
        { seq: 42, atMs: 1, kind: "device.removed", payload: new Uint8Array(20) },
        { seq: 43, atMs: 2, kind: "x", payload: new Uint8Array(0) },
      ],
    });
    for (let length = 0; length < frame.length; length += 1) {
      expect(decodeFrame(frame.subarray(0, length))).toMatchObject({
        ok: false,
        refusal: { code: "frame.invalid" },
      });
    }
    fc.assert(
      fc.property(fc.nat(frame.length - 1), fc.integer({ min: 1, max: 255 }), (index, flip) => {
        const changed = frame.slice();
        changed[index] = changed[index]! ^ flip;
        expect(typeof decodeFrame(changed).ok).toBe("boolean");
      }),
    );
  });

  test("bytes after the frame are refused", () => {
    const ack = encodeFrame({ type: "ack", stream: "down", seq: 9 });
    expect(decodeFrame(Uint8Array.of(...ack, 0))).toMatchObject({
      ok: false,
      refusal: { code: "frame.invalid" },
    });
  });

  test("a control frame with a bad field names the field", () => {
    const bytes = encodeFrame({ type: "flush", id: 1, devices: ["no spaces allowed"] });
    expect(decodeFrame(bytes)).toMatchObject({
      ok: false,
      refusal: { code: "frame.invalid", errors: [{ path: "devices.0" }] },
    });
  });

  test("an unknown type is refused below 0x80 and may be skipped from there", () => {
    expect(decodeFrame(Uint8Array.of(0x7f))).toMatchObject({ ok: false, refusal: { code: "frame.invalid" } });
    expect(decodeFrame(Uint8Array.of(0xff, 1, 2))).toEqual({
      ok: true,
      value: { type: "ignorable", code: 0xff },
    });
  });

  test("an oversized frame is refused before it is read", () => {
    expect(decodeFrame(new Uint8Array(FRAME_MAX_BYTES + 1))).toMatchObject({
      ok: false,
      refusal: { code: "frame.too-large" },
    });
  });

  test("the golden vectors are still written and read the same", async () => {
    const directory = `${import.meta.dir}/../testdata/frames`;
    const names = [...new Bun.Glob("*.json").scanSync(directory)].sort();
    expect(names.length).toBeGreaterThanOrEqual(12);
    for (const name of names) {
      const frame = reviveFrame(await Bun.file(`${directory}/${name}`).json());
      const bytes = await Bun.file(`${directory}/${name.replace(".json", ".bin")}`).bytes();
      expect([name, Buffer.from(encodeFrame(frame)).toString("hex")]).toEqual([
        name,
        Buffer.from(bytes).toString("hex"),
      ]);
      expect(decodeFrame(bytes)).toEqual({ ok: true, value: frame });
    }
  });
});

type Json = Record<string, unknown> & { entries?: { payload: string }[] };

/** Golden JSON writes payloads as hex. */
function reviveFrame(json: Json): Exclude<Frame, { type: "ignorable" }> {
  const entries = json.entries?.map((entry) => ({
    ...entry,
    payload: Uint8Array.from(Buffer.from(entry.payload, "hex")),
  }));
  return (entries === undefined ? json : { ...json, entries }) as Exclude<Frame, { type: "ignorable" }>;
}
