import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { StatementCache } from "./statement-cache.ts";

const asItIs = (sql: string) => sql;

test("gives the same statement for the same text, with whether it has rows", () => {
  using database = new Database(":memory:");
  const cache = new StatementCache(database, 10, asItIs);
  database.run("CREATE TABLE word (text)");
  const insert = cache.take("insert into word values (?)");
  insert.statement.run("a");
  const select = cache.take("select text from word where text = ?");
  expect([insert.reader, select.reader]).toEqual([false, true]);
  expect(select.statement.all("a")).toEqual([{ text: "a" }]);
  expect(cache.take("select text from word where text = ?")).toBe(select);
  expect(select.statement.all("b")).toEqual([]);
});

test("compiles what it is told to in the text's place, and again when the tables have changed", () => {
  using database = new Database(":memory:");
  const cache = new StatementCache(database, 10, (sql) => sql.replace("one", "1"));
  database.run("CREATE TABLE word (text)");
  database.run("INSERT INTO word VALUES ('a')");
  const ask = () => cache.take("select one as one, word.* from word").statement.all();
  expect(ask()).toEqual([{ one: 1, text: "a" }]);
  database.run("ALTER TABLE word ADD COLUMN language TEXT DEFAULT 'en'");
  expect(ask()).toEqual([{ one: 1, text: "a", language: "en" }]);
});

test("keeps those that were taken last, and none whose text is long", () => {
  using database = new Database(":memory:");
  const cache = new StatementCache(database, 2, asItIs);
  const [one, two] = [cache.take("select 1"), cache.take("select 2")];
  cache.take("select 1");
  cache.take("select 3");
  expect(cache.take("select 1")).toBe(one);
  expect([one.statement.isFinalized, two.statement.isFinalized]).toEqual([false, true]);
  const long = `select '${"x".repeat(20_000)}'`;
  expect(cache.take(long)).not.toBe(cache.take(long));
  expect(cache.take("select 1")).toBe(one);
});
