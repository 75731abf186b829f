import { expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepared, preparedForEach } from "./prepared.ts";
import { openSqlite } from "./sqlite.ts";

let built = 0;
const addOrganization = prepared((db, id: string, name: string, slug: string) => {
  built += 1;
  return db.insertInto("organization").values({ id, name, slug, createdAt: "2026-01-01" } as never);
});
const findNames = prepared((db, from: string, name: string) =>
  db.selectFrom("organization").select(["id", "name"]).where("slug", ">=", from).where("name", "<>", name),
);

test("is built once, and runs with what it is given, in a transaction and outside", async () => {
  const directory = await mkdtemp(join(tmpdir(), "homepot-prepared-"));
  try {
    await using db = await openSqlite(join(directory, "cloud.db"));
    await db.write(async (trx) => {
      expect(await addOrganization(trx, "a", "Acme", "p")).toEqual([]);
      await addOrganization(trx, "b", "Bolt", "q");
      expect(await findNames(trx, "p", "Acme")).toEqual([{ id: "b", name: "Bolt" }]);
      expect(await findNames(trx, "p", "Bolt")).toEqual([{ id: "a", name: "Acme" }]);
    });
    expect(built).toBe(1);
    expect(await findNames(db.read, "q", "Acme")).toEqual([{ id: "b", name: "Bolt" }]);
    expect(await findNames(db.read, "r", "Acme")).toEqual([]);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});

test("what it did is undone with its transaction", async () => {
  const directory = await mkdtemp(join(tmpdir(), "homepot-prepared-"));
  try {
    await using db = await openSqlite(join(directory, "cloud.db"));
    const failing = db.write(async (trx) => {
      await addOrganization(trx, "a", "Acme", "p");
      throw new Error("changed my mind");
    });
    await expect(failing).rejects.toThrow("changed my mind");
    expect(await findNames(db.read, "", "")).toEqual([]);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});

test("outside a transaction it sees what is committed, whatever a transaction is in the middle of, and writes nothing", async () => {
  const directory = await mkdtemp(join(tmpdir(), "homepot-prepared-"));
  try {
    await using db = await openSqlite(join(directory, "cloud.db"));
    await db.write(async (trx) => {
      await addOrganization(trx, "a", "Acme", "p");
      expect(await findNames(db.read, "", "")).toEqual([]);
    });
    expect(await findNames(db.read, "", "")).toEqual([{ id: "a", name: "Acme" }]);
    await expect(addOrganization(db.read, "b", "Bolt", "q")).rejects.toThrow("readonly");
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});

const renameAll = preparedForEach((db, name: string, slug: string) =>
  db.updateTable("organization").set({ name }).where("slug", "=", slug).where("name", "!=", "Fixed"),
);

test("for each of many it tells how many rows it changed, and what it did before one that fails is undone too", async () => {
  const directory = await mkdtemp(join(tmpdir(), "homepot-prepared-"));
  try {
    await using db = await openSqlite(join(directory, "cloud.db"));
    await db.write(async (trx) => {
      for (const [id, name] of [
        ["a", "Acme"],
        ["b", "Fixed"],
      ] as const)
        await addOrganization(trx, id, name, id);
      expect(await renameAll(trx, [])).toEqual([]);
      const changed = await renameAll(trx, [
        ["Ace", "a"],
        ["Bolt", "b"],
        ["Cut", "c"],
      ]);
      expect(changed).toEqual([1, 0, 0]);
    });
    expect(await findNames(db.read, "", "")).toEqual([
      { id: "a", name: "Ace" },
      { id: "b", name: "Fixed" },
    ]);
    const failing = db.write((trx) =>
      renameAll(trx, [
        ["Axe", "a"],
        [null as never, "a"],
      ]),
    );
    await expect(failing).rejects.toThrow("NOT NULL");
    expect(await findNames(db.read, "", "Fixed")).toEqual([{ id: "a", name: "Ace" }]);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
