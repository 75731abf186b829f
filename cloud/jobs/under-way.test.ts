import { expect, test } from "bun:test";
import { CompiledQuery } from "kysely";
import { startCloud } from "../testing/start-cloud.ts";
import { QUEUED, UNDER_WAY } from "./executions.ts";

test("what is under way or held back is found without reading what has ended", async () => {
  await using cloud = await startCloud();
  const { read } = cloud.db;
  const executions = read.selectFrom("job_execution").selectAll();
  for (const query of [
    executions.where("state", "in", UNDER_WAY),
    executions.where("state", "in", UNDER_WAY).where("gateway_id", "=", "g").where("sent_seq", ">", 1),
    executions.where("state", "=", QUEUED).where("sent_ms", "is", null).where("expires_ms", "<=", 1),
  ]) {
    const { sql, parameters } = query.compile();
    const plan = CompiledQuery.raw(`explain query plan ${sql}`, [...parameters]);
    const { rows } = await read.executeQuery<{ detail: string }>(plan as CompiledQuery<{ detail: string }>);
    expect(rows.map(({ detail }) => detail).join()).toMatch(/job_execution_(open|held)/);
  }
});
