import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { Entry } from "../../protocol/log/entry.ts";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { KIB, MIB } from "../../protocol/units.ts";
import { Admission, BUSY_BYTES, MODEST_BYTES, WAITING_TOTAL_MAX_BYTES } from "./admission.ts";
import type { GatewayLine } from "./testing/gateway-line.ts";
import { type HubFixture, range, startHub } from "./testing/start-hub.ts";

describe("admission", () => {
  test("takes from anybody up to the whole, and then only from those with little waiting", () => {
    const admission = new Admission(seededRandom(1));
    expect(admission.take(0, WAITING_TOTAL_MAX_BYTES)).toBe(true);
    expect(admission.take(0, MODEST_BYTES + 1)).toBe(false);
    expect(admission.take(MODEST_BYTES, 1)).toBe(false);
    expect(admission.take(0, MODEST_BYTES)).toBe(true);
    expect(admission.waitingBytes).toBe(WAITING_TOTAL_MAX_BYTES + MODEST_BYTES);
  });

  test("asks new sessions to come again, not all at once, while half of the whole waits", () => {
    const admission = new Admission(seededRandom(1));
    expect(admission.retryAfterMs()).toBeNull();
    admission.take(0, BUSY_BYTES);
    const delays = range(1, 100).map(() => admission.retryAfterMs() ?? 0);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(5_000);
    expect(Math.max(...delays)).toBeLessThanOrEqual(30_000);
    expect(new Set(delays).size).toBeGreaterThan(90);
    admission.release(1);
    expect(admission.retryAfterMs()).toBeNull();
  });
});

describe("many gateways", () => {
  let fixture: HubFixture;
  beforeEach(async () => {
    fixture = await startHub();
  });
  afterEach(async () => fixture[Symbol.asyncDispose]());

  const connect = async (count: number): Promise<GatewayLine[]> => {
    const lines: GatewayLine[] = [];
    for (let index = 0; index < count; index += 1) {
      const line = fixture.connect(await fixture.addGateway());
      await line.begin();
      lines.push(line);
    }
    return lines;
  };
  const entry = (seq: number, sizeBytes: number): Entry => ({
    seq,
    kind: "x",
    atMs: 1,
    payload: new Uint8Array(sizeBytes),
  });
  const acknowledged = (line: GatewayLine): number =>
    line.heard.reduce((seq, frame) => (frame.type === "ack" ? Math.max(seq, frame.seq) : seq), 0);

  test("those with an entry now and then are served at once, however many others catch up", async () => {
    const greedy = await connect(10);
    const modest = await connect(50);
    for (const line of greedy) {
      for (const seq of range(1, 40)) line.sayEntries("bulk", seq - 1, [entry(seq, 64 * KIB)]);
    }
    for (const line of modest) line.sayEntries("bulk", 0, [entry(1, 200)]);
    await Promise.all(modest.map((line) => line.acknowledged("bulk", 1)));
    const before = greedy.reduce((frames, line) => frames + acknowledged(line), 0);
    // 400 frames wait; two transactions hold all that the modest ones have brought.
    expect(before).toBeLessThanOrEqual(8);
    // And those who catch up share what there is.
    await Promise.all(greedy.map((line) => line.acknowledged("bulk", 10)));
    const progress = greedy.map(acknowledged);
    expect(Math.max(...progress) - Math.min(...progress)).toBeLessThanOrEqual(4);
  });

  test("a new one is told to come again while too much waits, and let in when it is applied", async () => {
    const lines = await connect(14);
    const late = await fixture.addGateway();
    for (const line of lines) {
      for (const seq of range(1, 4)) line.sayEntries("bulk", seq - 1, [entry(seq, 0.95 * MIB)]);
    }
    const refused = fixture.connect(late);
    await refused.hello();
    expect(await refused.untilClosed()).toEqual({ code: 1013, reason: "cloud.busy" });
    expect(refused.heard.at(-1)).toMatchObject({
      type: "refuse",
      code: "cloud.busy",
      retryAfterMs: expect.any(Number),
    });
    for (const line of lines) line.cut();
    await fixture.connect(late).begin();
  });

  test("past the whole, who brings most is ended, and the modest go on", async () => {
    const lines = await connect(18);
    const [modest, ...greedy] = lines as [GatewayLine, ...GatewayLine[]];
    for (const line of greedy) {
      for (const seq of range(1, 4)) line.sayEntries("bulk", seq - 1, [entry(seq, 0.99 * MIB)]);
    }
    modest.sayEntries("bulk", 0, [entry(1, 200)]);
    await modest.acknowledged("bulk", 1);
    expect(greedy.map(({ closed }) => closed?.reason).filter((reason) => reason !== undefined)).toEqual([
      "cloud.busy",
    ]);
    expect(modest.closed).toBeNull();
    for (const line of greedy) line.cut();
  });
});
