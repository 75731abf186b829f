import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { decodeEntriesFrame, type Entries, encodeEntriesFrame } from "../testing/line.ts";
import type { Seq } from "./cursor.ts";
import { type Entry, entrySize } from "./entry.ts";
import { entriesToApply } from "./receiver.ts";
import { StreamSender } from "./sender.ts";

/**
 * Both ends of a stream, a line that may be cut at any moment, and two machines that may lose power at any moment,
 * against the simplest model there is: the list of what was appended. What is durable survives a crash, nothing
 * else does.
 */
class World {
  // Durable at the sender, and at the receiver.
  log: Entry[] = [];
  nextSeq = 1;
  cursor: Seq = 0;
  applied: Entry[] = [];
  // Volatile.
  sender: StreamSender | null = null;
  upLine: Uint8Array[] = [];
  ackLine: Seq[] = [];
  waiting: { frame: Entries; from: StreamSender }[] = [];
  backup: { cursor: Seq; applied: Entry[] } | null = null;
  /** Appended and dropped by the disk policy before the receiver had it. */
  lost = new Set<Seq>();

  append(size: number): void {
    const seq = this.nextSeq;
    this.nextSeq += 1;
    this.log.push({ seq, kind: "k", atMs: seq, payload: new Uint8Array(size).fill(seq % 256) });
  }

  pump(): void {
    const want = this.sender?.next();
    if (!want || !this.sender) return;
    const read: Entry[] = [];
    let bytes = 0;
    for (const entry of this.log) {
      if (entry.seq <= want.after) continue;
      if (read.length > 0 && bytes + entrySize(entry) > want.maxBytes) break;
      read.push(entry);
      bytes += entrySize(entry);
    }
    const frame = this.sender.sent(read, this.nextSeq - 1);
    if (frame) this.upLine.push(encodeEntriesFrame(frame));
  }

  deliver(): void {
    const bytes = this.upLine.shift();
    if (bytes && this.sender) this.waiting.push({ frame: decodeEntriesFrame(bytes), from: this.sender });
  }

  /** One transaction: the entries and the cursor, or neither. */
  apply(outcome: "commit" | "crash-before-commit" | "crash-after-commit"): void {
    const next = this.waiting.shift();
    if (!next) return;
    const work = entriesToApply(next.frame, this.cursor);
    if (!work.ok) {
      this.cut();
      return;
    }
    if (outcome !== "crash-before-commit") {
      this.applied = [...this.applied, ...work.value.entries];
      this.cursor = work.value.cursor;
    }
    if (outcome !== "commit") this.crashReceiver();
    else if (next.from === this.sender) this.ackLine.push(work.value.ack);
  }

  deliverAck(): void {
    const seq = this.ackLine.shift();
    if (seq === undefined || this.sender === null) return;
    expect(this.sender.acknowledged(seq).ok).toBe(true);
  }

  /** The line breaks: what was on it is gone; what the receiver has taken in may still be applied later. */
  cut(): void {
    this.upLine = [];
    this.ackLine = [];
    this.sender = null;
  }

  connect(): void {
    this.cut();
    this.sender = new StreamSender({
      stream: "urgent",
      cursor: this.cursor,
      windowBytes: 300,
      batchBytes: 120,
    });
  }

  crashReceiver(): void {
    this.cut();
    this.waiting = [];
  }

  dropOldest(): void {
    const oldest = this.log.shift();
    if (oldest && !this.applied.some((entry) => entry.seq === oldest.seq)) this.lost.add(oldest.seq);
  }

  restore(): void {
    if (this.backup === null) return;
    this.crashReceiver();
    ({ cursor: this.cursor, applied: this.applied } = this.backup);
    for (let seq = this.cursor + 1; seq < this.nextSeq; seq += 1) {
      if (!this.log.some((entry) => entry.seq === seq)) this.lost.add(seq);
    }
  }

  settle(): void {
    this.connect();
    // Every round moves at least one frame; the bound only keeps a fault from hanging the test.
    for (let round = 0; round < 10 * this.nextSeq + 10; round += 1) {
      this.pump();
      this.deliver();
      this.apply("commit");
      this.deliverAck();
    }
  }
}

type Step = (world: World) => void;
const step = (name: string, run: Step): Step => Object.defineProperty(run, "toString", { value: () => name });

const STEPS = fc.oneof(
  { weight: 6, arbitrary: fc.nat(200).map((size) => step(`append ${size}`, (world) => world.append(size))) },
  { weight: 6, arbitrary: fc.constant(step("pump", (world) => world.pump())) },
  { weight: 6, arbitrary: fc.constant(step("deliver", (world) => world.deliver())) },
  { weight: 6, arbitrary: fc.constant(step("apply", (world) => world.apply("commit"))) },
  { weight: 4, arbitrary: fc.constant(step("acknowledge", (world) => world.deliverAck())) },
  { weight: 3, arbitrary: fc.constant(step("connect", (world) => world.connect())) },
  { weight: 1, arbitrary: fc.constant(step("cut", (world) => world.cut())) },
  {
    weight: 1,
    arbitrary: fc.constant(step("crash before commit", (world) => world.apply("crash-before-commit"))),
  },
  {
    weight: 1,
    arbitrary: fc.constant(step("crash after commit", (world) => world.apply("crash-after-commit"))),
  },
  { weight: 1, arbitrary: fc.constant(step("crash receiver", (world) => world.crashReceiver())) },
  { weight: 1, arbitrary: fc.constant(step("drop oldest", (world) => world.dropOldest())) },
  {
    weight: 1,
    arbitrary: fc.constant(
      step("back up", (world) => {
        world.backup = { cursor: world.cursor, applied: world.applied };
      }),
    ),
  },
  { weight: 1, arbitrary: fc.constant(step("restore", (world) => world.restore())) },
);

describe("a stream between two machines", () => {
  test("whatever is lost, cut, crashed or restored, every entry is applied once and in order", () => {
    fc.assert(
      fc.property(fc.array(STEPS, { maxLength: 120, size: "max" }), (steps) => {
        const world = new World();
        for (const run of steps) {
          run(world);
          const seqs = world.applied.map((entry) => entry.seq);
          expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
        }
        world.settle();
        // What the policy dropped may have been on its way already; nothing else may be missing.
        const applied = new Set(world.applied.map((entry) => entry.seq));
        const missing = Array.from({ length: world.nextSeq - 1 }, (_, index) => index + 1).filter(
          (seq) => !applied.has(seq) && !world.lost.has(seq),
        );
        expect(missing).toEqual([]);
        for (const entry of world.applied)
          expect(entry.payload.every((byte) => byte === entry.seq % 256)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test("the window bounds what is on its way, and an acknowledgement opens it again", () => {
    const sender = new StreamSender({ stream: "bulk", cursor: 10, windowBytes: 100, batchBytes: 1_000 });
    expect(sender.next()).toEqual({ after: 10, maxBytes: 100 });
    const entries = [11, 12].map((seq) => ({ seq, kind: "k", atMs: 0, payload: new Uint8Array(60) }));
    expect(sender.sent(entries, 12)).toMatchObject({ stream: "bulk", after: 10, head: 12 });
    expect(sender.next()).toBeNull();
    expect(sender.acknowledged(12)).toEqual({ ok: true, value: 12 });
    expect(sender.next()).toEqual({ after: 12, maxBytes: 100 });
    expect(sender.acked).toBe(12);
  });

  test("an acknowledgement of what was never sent, or going backward, is refused", () => {
    const sender = new StreamSender({ stream: "bulk", cursor: 10 });
    expect(sender.acknowledged(11)).toMatchObject({ ok: false, refusal: { code: "frame.invalid" } });
    expect(sender.acknowledged(9)).toMatchObject({ ok: false, refusal: { code: "frame.invalid" } });
  });

  test("a frame that leaves something out is refused with log.gap", () => {
    const frame: Entries = { stream: "urgent", after: 5, head: 6, entries: [] };
    expect(entriesToApply(frame, 4)).toMatchObject({ ok: false, refusal: { code: "log.gap" } });
  });
});
