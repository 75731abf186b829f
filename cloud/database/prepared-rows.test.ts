import { expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { preparedInsert, preparedUpdate } from "./prepared-rows.ts";
import { openSqlite } from "./sqlite.ts";

const addCount = preparedInsert("job_count", ["job_id", "slot_ms", "state", "executions"], (insert) =>
  insert
    .onConflict((conflict) => conflict.columns(["job_id", "slot_ms", "state"]).doNothing())
    .returning("executions"),
);
const setCount = preparedUpdate("job_count", ["job_id", "slot_ms"]);

test("a row is inserted by its columns, and of those with its keys the columns that are given are set", async () => {
  const directory = await mkdtemp(join(tmpdir(), "homepot-prepared-"));
  try {
    await using db = await openSqlite(join(directory, "cloud.db"));
    const row = { job_id: "a", slot_ms: 1, state: "queued", executions: 2 };
    await db.write(async (trx) => {
      expect(await addCount(trx, row)).toEqual([{ executions: 2 }]);
      expect(await addCount(trx, { ...row, executions: 9 })).toEqual([]);
      // In another order than the columns'.
      expect(await addCount(trx, { executions: 5, state: "running", slot_ms: 2, job_id: "a" })).toHaveLength(
        1,
      );
      await setCount(trx, { job_id: "a", slot_ms: 2 }, { executions: 6 });
      await setCount(trx, { job_id: "a", slot_ms: 2 }, { state: "failed", executions: 7 });
      await setCount(trx, { job_id: "a", slot_ms: 3 }, { executions: 8 });
    });
    expect(await db.read.selectFrom("job_count").selectAll().orderBy("slot_ms").execute()).toEqual([
      row,
      { job_id: "a", slot_ms: 2, state: "failed", executions: 7 },
    ]);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
