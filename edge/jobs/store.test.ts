import type { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { openDatabase } from "../database/database.ts";
import { ExecutionStore } from "./store.ts";

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
  const store = new ExecutionStore(noting);
  store.expired(0, 10);
  store.nextReady(0, [], 1);
  store.waiting(0);
  store.runningCount();
  store.running();
  store.runningOf("till-1");
  store.unverified("till-1", "device.restart");
  store.hurry("till-1", 0);
  const whole = asked.filter((sql) =>
    db.sqlite
      .query<{ detail: string }, []>(`EXPLAIN QUERY PLAN ${sql.replace(/\?\d?/g, "1")}`)
      .all()
      .some(({ detail }) => /^SCAN (job_execution|e|r)$/.test(detail)),
  );
  expect([asked.length, whole]).toEqual([8, []]);
});
