import { expect } from "bun:test";
import type { Problem } from "../../protocol/errors.ts";
import type { Person, TestCloud } from "./start-cloud.ts";

/** One request and everything its answer must and must not be. */
export interface Scenario {
  name: string;
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below `/api/v1`. `{site}` and the like stand for ids that the test knows. */
  path: string;
  /** Who asks; the owner when absent, nobody when null. */
  as?: Person | null;
  json?: unknown;
  /** A body as it is, for what is no JSON. */
  body?: string;
  headers?: Record<string, string>;
  status: number;
  /** Code of the problem. */
  code?: string;
  /** Paths of the fields at fault, sorted. */
  fields?: string[];
  /** Must be in the answer's text. */
  has?: string[];
  /** Must not be in the answer's text. */
  hasNot?: string[];
  /** Rows by which tables grow or shrink. No other table may change its number of rows. */
  changes?: Record<string, number>;
}

/** Sends the scenario's request and compares all of it. `ids` fill the places in path and expectations. */
export async function checkScenario(
  cloud: TestCloud,
  scenario: Scenario,
  ids: Record<string, string> = {},
): Promise<void> {
  const { method, path, as = cloud.owner, json, body, headers = {}, status, code, fields } = scenario;
  const fill = (text: string) => text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => ids[name] ?? whole);
  const before = await countRows(cloud);
  const init = {
    ...(method === undefined ? {} : { method }),
    headers,
    ...(body === undefined ? {} : { body }),
  };
  const answer = await cloud.api(fill(path), as, json === undefined ? init : { ...init, json });
  const text = await answer.text();
  if (answer.status !== status) throw new Error(`${answer.status} instead of ${status}: ${text}`);
  if (status >= 400) {
    const problem = JSON.parse(text) as Problem;
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect({ status: problem.status, hint: problem.hint.length > 0 }).toEqual({ status, hint: true });
    if (code !== undefined) expect(problem.code as string).toBe(code);
    if (fields !== undefined) expect(problem.errors?.map((error) => error.path).sort()).toEqual(fields);
  }
  for (const part of scenario.has ?? []) expect(text).toContain(fill(part));
  for (const part of scenario.hasNot ?? []) expect(text).not.toContain(fill(part));
  const { audit_entry, audit_head: _, ...changes } = changesBetween(before, await countRows(cloud));
  expect(changes).toEqual(scenario.changes ?? {});
  // What was refused is no deed; what was done may be one.
  if (status >= 400) expect(audit_entry).toBeUndefined();
}

/** What search finds records by. Triggers keep it in step with them, which the tests of `cloud/search` hold. */
const SEARCH_TABLE = /^((site|device)_(entry$|index)|device_text)/;

async function countRows({ db }: TestCloud): Promise<Map<string, number>> {
  const tables = await db.read.introspection.getTables();
  const counts = new Map<string, number>();
  for (const { name } of tables.filter((table) => !SEARCH_TABLE.test(table.name))) {
    const { total } = await db.read
      .selectFrom(name as "site")
      .select((select) => select.fn.countAll<number>().as("total"))
      .executeTakeFirstOrThrow();
    counts.set(name, total);
  }
  return counts;
}

function changesBetween(before: Map<string, number>, after: Map<string, number>): Record<string, number> {
  const changes: Record<string, number> = {};
  for (const [table, count] of after) {
    const difference = count - (before.get(table) ?? 0);
    if (difference !== 0) changes[table] = difference;
  }
  return changes;
}
