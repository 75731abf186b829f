import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { openMasterKeys } from "../config/master-keys.ts";
import type { CloudDatabase } from "../database/database.ts";
import { openSqlite } from "../database/sqlite.ts";
import { createKeys, SERVICE } from "./keys.ts";

const SECRET = "-----BEGIN PRIVATE KEY----- of the tests";
const NAME = { owner: "org-1", purpose: "push:apns" };
let directory: string;
let db: CloudDatabase;
const random = seededRandom(5);
const file = () => join(directory, "master.key");
const keysOf = (given: string | null = null, credentials?: string) =>
  createKeys({
    ...{ db, random, clock: new ManualClock() },
    masterKeys: openMasterKeys(directory, given, random, credentials),
  });

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "homepot-keys-"));
  db = await openSqlite(join(directory, "cloud.db"));
});
afterEach(async () => {
  await db.close();
  rmSync(directory, { recursive: true });
});

describe("a secret", () => {
  test("comes back as it went in, is replaced and removed", async () => {
    const keys = keysOf();
    await db.write((trx) => keys.put(trx, NAME, "first"));
    await db.write((trx) => keys.put(trx, NAME, SECRET));
    expect(await keys.get(db.read, NAME)).toEqual({ ok: true, value: SECRET });
    expect(await keys.get(db.read, { ...NAME, owner: "org-2" })).toEqual({ ok: true, value: null });
    expect(await db.write((trx) => keys.remove(trx, NAME))).toBe(true);
    expect(await db.write((trx) => keys.remove(trx, NAME))).toBe(false);
    expect(await keys.get(db.read, NAME)).toEqual({ ok: true, value: null });
  });

  test("is not in the database, nor is the key that opens it", async () => {
    const keys = keysOf();
    await db.write((trx) => keys.put(trx, NAME, SECRET));
    const [row] = await db.read.selectFrom("secret").selectAll().execute();
    const stored = Buffer.concat([row!.sealed, row!.sealed_key, Buffer.from(JSON.stringify(row))]);
    expect(stored.includes(SECRET)).toBe(false);
    expect(stored.includes(Buffer.from(readFileSync(file(), "utf8").trim(), "base64url"))).toBe(false);
    expect((statSync(file()).mode & 0o777).toString(8)).toBe("600");
  });

  test("does not open from another's row, nor when a bit of it was altered", async () => {
    const keys = keysOf();
    await db.write((trx) => keys.put(trx, NAME, SECRET));
    const other = { ...NAME, owner: "org-2" };
    const row = (await db.read.selectFrom("secret").selectAll().executeTakeFirst())!;
    await db.write((trx) =>
      trx
        .insertInto("secret")
        .values({ ...row, ...other })
        .execute(),
    );
    expect(await keys.get(db.read, other)).toMatchObject({ refusal: { code: "secret.unreadable" } });
    const sealed = Uint8Array.from(row.sealed);
    sealed[20]! ^= 1;
    await db.write((trx) => trx.updateTable("secret").set({ sealed }).execute());
    expect(await keys.get(db.read, NAME)).toMatchObject({ refusal: { code: "secret.unreadable" } });
  });

  test("is unreadable without its master key, and says which that was", async () => {
    await db.write((trx) => keysOf().put(trx, NAME, SECRET));
    rmSync(file());
    const answer = await keysOf().get(db.read, NAME);
    expect(answer).toMatchObject({ refusal: { code: "secret.unreadable" } });
    expect(JSON.stringify(answer)).not.toContain(SECRET);
    expect(await keysOf().rotate()).toMatchObject({ refusal: { code: "secret.unreadable" } });
  });
});

describe("the master key", () => {
  test("is changed, and every secret opens with the new one alone; another process goes on", async () => {
    const [running, command] = [keysOf(), keysOf()];
    await db.write((trx) => running.put(trx, NAME, SECRET));
    await db.write((trx) => running.put(trx, { owner: SERVICE, purpose: "vapid" }, "v"));
    const before = readFileSync(file(), "utf8");
    expect(await command.rotate()).toEqual({ ok: true, value: { sealed: 2, made: true } });
    const [newest, old, ...more] = readFileSync(file(), "utf8").trim().split("\n");
    expect([`${old}\n`, more]).toEqual([before, []]);
    expect(await running.get(db.read, NAME)).toEqual({ ok: true, value: SECRET });
    writeFileSync(file(), `${newest}\n`);
    expect(await keysOf().get(db.read, NAME)).toEqual({ ok: true, value: SECRET });
    await running.rotate();
    expect(readFileSync(file(), "utf8").trim().split("\n").slice(1)).toEqual([newest!]);
    expect((statSync(file()).mode & 0o777).toString(8)).toBe("600");
  });

  test("may be kept by whoever runs the service: as a setting, or as systemd's credential", async () => {
    const [old, fresh] = ["A".repeat(43), `${"B".repeat(42)}A`];
    await db.write((trx) => keysOf(old).put(trx, NAME, SECRET));
    writeFileSync(file(), `${fresh},${old}\n`);
    const rotated = keysOf(null, directory);
    expect(await rotated.rotate()).toEqual({ ok: true, value: { sealed: 1, made: false } });
    expect(await keysOf(fresh).get(db.read, NAME)).toEqual({ ok: true, value: SECRET });
    expect(await keysOf(old).get(db.read, NAME)).toMatchObject({ refusal: { code: "secret.unreadable" } });
  });

  test.each([["short"], [""], [","]])("is no key when it is %p", (given) => {
    expect(() => openMasterKeys(directory, given, random)).toThrow("32 random bytes");
  });
});
