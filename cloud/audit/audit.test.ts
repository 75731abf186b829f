import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { sql } from "kysely";
import type { AuditEntry } from "../../protocol/audit/audit.ts";
import { startCloud, type TestCloud } from "../testing/start-cloud.ts";

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startCloud();
});
afterAll(() => cloud[Symbol.asyncDispose]());

interface AuditPage {
  items: AuditEntry[];
  nextCursor: string | null;
  total: number;
}
const entries = (query = ""): Promise<AuditPage> => cloud.read(`/audit${query}`);
const SITE = { name: "Barry", description: "", address: "", timeZone: "Europe/London" };

describe("the audit log", () => {
  test("tells who did what to what, and what it was before and after", async () => {
    const made = await cloud.api("/sites", cloud.owner, { json: SITE });
    const { id } = (await made.json()) as { id: string };
    await cloud.api(`/sites/${id}`, cloud.owner, { method: "PUT", json: { ...SITE, name: "Barry Island" } });
    await cloud.api(`/sites/${id}`, cloud.owner, { method: "DELETE" });
    const { items, total } = await entries(`?target=${id}`);
    expect(total).toBe(3);
    expect(items).toMatchObject([
      { action: "site.delete", actor: { name: "Owner" }, target: { kind: "site", id, name: "Barry Island" } },
      { action: "site.update", before: { name: "Barry" }, after: { name: "Barry Island" } },
      { action: "site.create", before: null, after: SITE },
    ]);
    expect(items.map(({ seq }) => seq)).toEqual([items[0]!.seq, items[0]!.seq - 1, items[0]!.seq - 2]);
  });

  test("says nothing of what did not happen", async () => {
    const before = (await entries()).total;
    await cloud.api("/sites", cloud.owner, { json: { ...SITE, timeZone: "Mars/Olympus" } });
    await cloud.api("/sites/none", cloud.owner, { method: "DELETE" });
    expect((await entries()).total).toBe(before);
  });

  test("is searched, filtered and paged", async () => {
    for (const name of ["Ely", "Penarth", "Sully"])
      await cloud.api("/sites", cloud.owner, { json: { ...SITE, name } });
    expect((await entries("?q=penarth")).items.map(({ target }) => target.name)).toEqual(["Penarth"]);
    const ofAccounts = (await entries("?action=account")).items.map(({ action }) => action);
    expect([...new Set(ofAccounts)].sort()).toEqual(["account.create", "account.login"]);
    const first = await entries("?action=site.create&limit=2");
    expect(first.items.map(({ target }) => target.name)).toEqual(["Sully", "Penarth"]);
    const second = await entries(`?action=site.create&limit=2&cursor=${first.nextCursor}`);
    expect(second.items[0]?.target.name).toBe("Ely");
    const later = new Date(cloud.clock.nowMs() + 1).toISOString();
    expect((await entries(`?from=${later}`)).total).toBe(0);
    expect((await cloud.api("/audit?cursor=nonsense", cloud.owner)).status).toBe(400);
  });

  test("is seen to be as it was written, and where it is not", async () => {
    const { audit } = cloud.cloud;
    const { organizationId } = cloud.owner.scope;
    const whole = await audit.verify(organizationId);
    expect(whole).toEqual({ entries: (await entries()).total, brokenAt: null });
    expect(await audit.verify("nobody")).toEqual({ entries: 0, brokenAt: null });

    for (const deed of ["UPDATE audit_entry SET actor_name = 'Mallory'", "DELETE FROM audit_entry"])
      expect(sql.raw(deed).execute(cloud.db.writer)).rejects.toThrow("the audit log is only added to");
    for (const deed of ["update", "delete"])
      await sql.raw(`DROP TRIGGER audit_entry_no_${deed}`).execute(cloud.db.writer);
    /** Runs as somebody with the database in hand, who has taken its guard away, and puts the rows back. */
    const tampered = async (...statements: string[]) => {
      await sql.raw("CREATE TEMP TABLE kept AS SELECT * FROM audit_entry").execute(cloud.db.writer);
      await sql.raw("CREATE TEMP TABLE kept_head AS SELECT * FROM audit_head").execute(cloud.db.writer);
      for (const statement of statements) await sql.raw(statement).execute(cloud.db.writer);
      const verdict = await audit.verify(organizationId);
      for (const table of ["audit_entry", "audit_head"]) {
        const kept = table === "audit_entry" ? "kept" : "kept_head";
        await sql.raw(`DELETE FROM ${table}`).execute(cloud.db.writer);
        await sql.raw(`INSERT INTO ${table} SELECT * FROM ${kept}`).execute(cloud.db.writer);
        await sql.raw(`DROP TABLE ${kept}`).execute(cloud.db.writer);
      }
      return verdict.brokenAt;
    };
    const last = whole.entries;
    expect(await tampered("UPDATE audit_entry SET actor_name = 'Mallory' WHERE seq = 3")).toBe(3);
    expect(await tampered("DELETE FROM audit_entry WHERE seq = 4")).toBe(4);
    expect(
      await tampered(
        "UPDATE audit_entry SET seq = -2 WHERE seq = 2",
        "UPDATE audit_entry SET seq = 2 WHERE seq = 3",
        "UPDATE audit_entry SET seq = 3 WHERE seq = -2",
      ),
    ).toBe(2);
    expect(await tampered(`DELETE FROM audit_entry WHERE seq = ${last}`)).toBe(last);
    const shorten = `UPDATE audit_head SET seq = ${last - 1}, hash = (SELECT hash FROM audit_entry WHERE seq = ${last - 1})`;
    expect(await tampered(`DELETE FROM audit_entry WHERE seq = ${last}`, shorten)).toBe(last);
    expect(await tampered("DELETE FROM audit_head")).toBe(last + 1);
    expect(await audit.verify(organizationId)).toEqual(whole);
  });
});
