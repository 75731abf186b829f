import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { migration016 } from "./016-readers.ts";
import { migrations } from "./index.ts";

/** Tables and indexes with what a program that does not know the next migration relies on. */
function shapeOf(db: Database) {
  const tables = db
    .query<{ name: string }, []>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .all();
  return new Map(
    tables.map(({ name }) => [
      name,
      {
        columns: db
          .query<
            { name: string; type: string; notnull: number; dflt_value: string | null; pk: number },
            [string]
          >('SELECT name, type, "notnull", dflt_value, pk FROM pragma_table_info(?)')
          .all(name),
        rules: db
          .query<{ type: string; sql: string }, [string]>(
            `SELECT type, sql FROM sqlite_schema
             WHERE tbl_name = ? AND (type = 'trigger' OR sql LIKE 'CREATE UNIQUE INDEX%') ORDER BY name`,
          )
          .all(name),
        references: db.query("SELECT * FROM pragma_foreign_key_list(?)").all(name).length,
      },
    ]),
  );
}

/** What a migration does that a program which does not know it could not work with. */
function breaksFor(before: Database, migration: string): string[] {
  const old = shapeOf(before);
  before.run(migration);
  const now = shapeOf(before);
  return [...old].flatMap(([table, was]) => {
    const is = now.get(table);
    if (is === undefined) return [`${table} is gone`];
    const kept = new Set(is.columns.map((column) => JSON.stringify(column)));
    const changed = was.columns.filter((column) => !kept.has(JSON.stringify(column)));
    const known = new Set(was.columns.map(({ name }) => name));
    const demanding = is.columns.filter(
      ({ name, notnull, dflt_value }) => !known.has(name) && notnull === 1 && dflt_value === null,
    );
    return [
      ...changed.map(({ name }) => `${table}.${name} is gone or is another`),
      ...demanding.map(({ name }) => `${table}.${name} must be written`),
      ...(JSON.stringify(is.rules) === JSON.stringify(was.rules) ? [] : [`${table} has other rules`]),
      ...(is.references === was.references ? [] : [`${table} refers to others`]),
    ];
  });
}

const FIRST = migrations.indexOf(migration016);

test("a program that knows no migration after 016 can work with all of them", () => {
  using db = new Database(":memory:");
  for (const migration of migrations.slice(0, FIRST + 1)) db.run(migration);
  for (const migration of migrations.slice(FIRST + 1)) expect(breaksFor(db, migration)).toEqual([]);
  expect(db.query("SELECT needs FROM schema_reader").get()).toEqual({ needs: FIRST + 1 });
});

test.each([
  ["DROP TABLE schedule_waiting", "schedule_waiting is gone"],
  ["ALTER TABLE schedule RENAME COLUMN work TO job_work", "schedule.work is gone or is another"],
  [
    "DROP TABLE schedule_waiting; CREATE TABLE schedule_waiting (job TEXT, slot_ms INTEGER, why TEXT NOT NULL)",
    "schedule_waiting.why must be written",
  ],
  ["CREATE UNIQUE INDEX one ON schedule (position)", "schedule has other rules"],
  [
    "CREATE TRIGGER t BEFORE INSERT ON schedule BEGIN SELECT RAISE(ABORT, 'no'); END",
    "schedule has other rules",
  ],
])("it would notice %s", (migration, broken) => {
  using db = new Database(":memory:");
  for (const one of migrations) db.run(one);
  expect(breaksFor(db, migration)).toContain(broken);
  expect(breaksFor(db, "CREATE TABLE more (x); ALTER TABLE schedule ADD COLUMN y TEXT")).toEqual([]);
});
