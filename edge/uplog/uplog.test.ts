import { describe, expect, test } from "bun:test";
import { CHUNK_KIND } from "../../protocol/log/kinds.ts";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { openDatabase } from "../database/database.ts";
import { createUplog } from "./uplog.ts";

const EPOCH = "0190b8e0-7c1a-7000-8000-00000000000e";
const open = () => openDatabase(":memory:", { clock: new ManualClock(), random: seededRandom(1) });
const event = (size = 10) => ({ kind: "device.removed", atMs: 5, payload: new Uint8Array(size) });
const chunk = (size = 10) => ({ kind: CHUNK_KIND, atMs: 6, payload: new Uint8Array(size) });

describe("the uplog", () => {
  test("gives telemetry and everything else a lane and a seq of their own", () => {
    using db = open();
    const uplog = createUplog(db);
    expect([uplog.head("urgent"), uplog.head("bulk")]).toEqual([0, 0]);
    const seqs = db.transaction(() => [uplog.append(event()), uplog.append(chunk()), uplog.append(event())]);
    expect(seqs).toEqual([1, 1, 2]);
    expect(uplog.read("bulk", 0, 1_000)).toEqual([{ seq: 1, ...chunk() }]);
    expect(uplog.read("urgent", 1, 1_000)).toEqual([{ seq: 2, ...event() }]);
  });

  test("what a transaction took back is not there, and its listener is not called", () => {
    using db = open();
    const uplog = createUplog(db);
    let heard = 0;
    const stop = uplog.onAppended(() => {
      heard += 1;
    });
    expect(() =>
      db.transaction(() => {
        uplog.append(event());
        throw new Error("no");
      }),
    ).toThrow("no");
    expect([uplog.head("urgent"), heard]).toEqual([0, 0]);
    db.transaction(() => uplog.append(event()));
    expect([uplog.head("urgent"), heard]).toEqual([1, 1]);
    stop();
    db.transaction(() => uplog.append(event()));
    expect(heard).toBe(1);
  });

  test("reads as much as was asked for, but never nothing", () => {
    using db = open();
    const uplog = createUplog(db);
    db.transaction(() => [100, 100, 5_000].map((size) => uplog.append(event(size))));
    expect(uplog.read("urgent", 0, 300).map((entry) => entry.seq)).toEqual([1, 2]);
    expect(uplog.read("urgent", 2, 300).map((entry) => entry.seq)).toEqual([3]);
    expect(uplog.read("urgent", 3, 300)).toEqual([]);
  });

  test("keeps what is acknowledged until it is asked to forget, and forgets telemetry first", () => {
    using db = open();
    const uplog = createUplog(db);
    db.transaction(() => [event(), event(), chunk(), chunk(), chunk()].map((entry) => uplog.append(entry)));
    uplog.acknowledged("bulk", 2);
    uplog.acknowledged("urgent", 2);
    expect([uplog.waiting("bulk"), uplog.waiting("urgent")]).toEqual([1, 0]);
    const held = () => [uplog.read("bulk", 0, 10_000).length, uplog.read("urgent", 0, 10_000).length];
    expect(held()).toEqual([3, 2]);
    expect([uplog.forgetAcknowledged(), held()]).toEqual([true, [1, 2]]);
    expect([uplog.forgetAcknowledged(), held()]).toEqual([true, [1, 0]]);
    expect([uplog.forgetAcknowledged(), held()]).toEqual([false, [1, 0]]);
    expect([uplog.head("urgent"), uplog.head("bulk")]).toEqual([2, 3]);
    expect(db.transaction(() => uplog.append(event()))).toBe(3);
  });

  test("remembers up to where telemetry may be on its way, and forgets it with its identity", () => {
    using db = open();
    createUplog(db).offer(7);
    const uplog = createUplog(db);
    expect(uplog.offered()).toBe(7);
    uplog.rotate(EPOCH);
    expect(uplog.offered()).toBe(0);
  });

  test("under a new identity only what was not acknowledged is left to send", () => {
    using db = open();
    const uplog = createUplog(db);
    db.transaction(() => [event(), event(), chunk()].map((entry) => uplog.append(entry)));
    uplog.acknowledged("urgent", 1);
    const before = uplog.epoch;
    uplog.rotate(EPOCH);
    expect([before === EPOCH, uplog.epoch, uplog.acked("urgent")]).toEqual([false, EPOCH, 0]);
    expect(uplog.read("urgent", 0, 1_000).map((entry) => entry.seq)).toEqual([2]);
    expect(uplog.read("bulk", 0, 1_000).map((entry) => entry.seq)).toEqual([1]);
  });
});
