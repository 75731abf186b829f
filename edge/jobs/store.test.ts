import type { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { openDatabase } from "../database/database.ts";
import { ExecutionStore } from "./store.ts";
import { WaitingStore } from "./waiting-store.ts";

test("what is asked at every look, and of a device that connects, never reads all there ever was", () => {
  using db = openDatabase(":memory:", { clock: new ManualClock(), random: seededRandom(1) });
  const asked: string[] = [];
  const noting = new Proxy(db.sqlite, {
    get: (target, name) => {
      if (name !== "query") return Reflect.get(target, name);
      return (sql: string) => {
        asked.push(sql);
        return target.query(sql);
      };
    },
  }) as Database;
  const waiting = new WaitingStore(noting);
  waiting.expired(0, 10);
  waiting.nextReady(0, [], 1);
  waiting.look(0);
  waiting.takeUp(0);
  waiting.takeUpOf("till-1");
  waiting.takeUpOnline();
  waiting.putAside(0, [], 10);
  waiting.hurry("till-1", 0);
  const store = new ExecutionStore(noting);
  store.runningCount();
  store.running();
  store.runningOf("till-1");
  store.unverified("till-1", "device.restart");
  const whole = asked.filter((sql) =>
    db.sqlite
      .query<{ detail: string }, []>(`EXPLAIN QUERY PLAN ${sql.replace(/\?\d?/g, "1")}`)
      .all()
      .some(({ detail }) => /^SCAN (job_execution|e|r)$/.test(detail)),
  );
  expect([asked.length, whole]).toEqual([13, []]);
});
