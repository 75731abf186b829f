import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { getLogger } from "@logtape/logtape";
import { encodeChunk } from "../../protocol/chunks/chunk.ts";
import { CHUNK_KIND, toEntry } from "../../protocol/log/kinds.ts";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { MIB, MINUTE, SECOND } from "../../protocol/units.ts";
import { zstd } from "../compression/zstd.ts";
import { type EdgeDatabase, openDatabase } from "../database/database.ts";
import { usedBytes } from "../database/used-bytes.ts";
import { createGroupCommit } from "../telemetry/telemetry.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { createUplog, type Uplog } from "../uplog/uplog.ts";
import { createRetention, readDropped } from "./retention.ts";

const BUDGET = 2 * MIB;
const random = seededRandom(3);
let directory: ReturnType<typeof temporaryDirectory>;
let clock: ManualClock;
let db: EdgeDatabase;
let uplog: Uplog;
let connected: boolean;
let stop: () => void;

beforeEach(() => {
  directory = temporaryDirectory();
  clock = new ManualClock();
  db = openDatabase(join(directory.path, "edge.db"), { clock, random });
  uplog = createUplog(db);
  connected = false;
  const retention = createRetention({
    ...{ db, uplog, clock, log: getLogger(["test"]), compressor: zstd },
    commit: createGroupCommit(db, clock),
    budgetBytes: BUDGET,
    isConnected: () => connected,
  });
  retention.start();
  stop = () => retention.stop();
});

afterEach(() => {
  stop();
  db.close();
  directory[Symbol.dispose]();
});

/** Chunks of a thousand readings of noise, which cannot be compressed much: some 4 KB each. */
function addTelemetry(chunks: number): void {
  db.transaction(() => {
    for (let index = 0; index < chunks; index += 1) {
      const readings = Array.from({ length: 1_000 }, (_, second) => ({
        atMs: (index * 1_000 + second) * SECOND,
        values: { noise: random.next() },
      }));
      const payload = encodeChunk({ device: "meter", readings }, zstd);
      uplog.append({ kind: CHUNK_KIND, atMs: clock.nowMs(), payload }, { device: "meter" });
    }
  });
}

/** Looks at the budget, and waits until the work that follows from it is done. */
async function look(): Promise<void> {
  clock.advance(SECOND);
  for (let before = -1; before !== usedBytes(db); ) {
    before = usedBytes(db);
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  }
}

describe("the disk budget", () => {
  test("is kept while telemetry comes and the cloud is away, and what is no telemetry stays", async () => {
    const events = Array.from({ length: 50 }, (_, index) =>
      toEntry({ kind: "device.removed", device: `d${index}` }, 1),
    );
    db.transaction(() => {
      for (const event of events) uplog.append(event);
    });
    for (let round = 0; round < 20; round += 1) {
      addTelemetry(40);
      await look();
      expect(usedBytes(db)).toBeLessThanOrEqual(BUDGET);
    }
    expect(uplog.read("urgent", 0, MIB).map(({ kind }) => kind)).toEqual(events.map(({ kind }) => kind));
    expect(readDropped(db)).toEqual([]);
  });

  test("is made room for with what the cloud has applied, before anything is thinned", async () => {
    addTelemetry(700);
    uplog.offer(400);
    uplog.acknowledged("bulk", 400);
    const behind = uplog.read("bulk", 400, 100 * MIB);
    await look();
    expect(usedBytes(db)).toBeLessThanOrEqual(BUDGET);
    expect(uplog.read("bulk", 0, 100 * MIB).map(({ seq }) => seq)).toEqual(behind.map(({ seq }) => seq));
  });

  test("leaves a database alone that is within it", async () => {
    addTelemetry(20);
    uplog.acknowledged("bulk", 20);
    const before = uplog.read("bulk", 0, MIB);
    await look();
    expect(uplog.read("bulk", 0, MIB)).toEqual(before);
  });

  test("tells the cloud what was dropped when it can, once a minute", async () => {
    db.sqlite.run("INSERT INTO dropped_telemetry VALUES ('meter', 500, 0, 1, 2)");
    await look();
    expect(uplog.head("urgent")).toBe(0);
    connected = true;
    await look();
    expect(uplog.head("urgent")).toBe(1);
    db.sqlite.run("UPDATE dropped_telemetry SET readings = 600");
    await look();
    expect(uplog.head("urgent")).toBe(1);
    clock.advance(MINUTE);
    await look();
    const told = uplog
      .read("urgent", 0, MIB)
      .map(({ payload }) => JSON.parse(Buffer.from(payload).toString()));
    expect(told.map(({ readings }) => readings)).toEqual([500, 100]);
  });
});
