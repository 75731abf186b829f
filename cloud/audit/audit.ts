import type { Transaction } from "kysely";
import { type Page, toTimestamp } from "../../protocol/api/list.ts";
import type { AuditEntry, AuditQuery } from "../../protocol/audit/audit.ts";
import type { Clock } from "../../protocol/clock.ts";
import { provenanceOf } from "../../protocol/devices/provenance.ts";
import { accept, type Result } from "../../protocol/errors.ts";
import type { Needs, Scope } from "../accounts/scope.ts";
import type { CloudDatabase } from "../database/database.ts";
import { cutPage } from "../database/paging.ts";
import type { Tables } from "../database/tables.ts";
import { type AuditRow, FIRST_HASH, hashOf, sign } from "./chain.ts";
import { AuditNews, type AuditNewsParts } from "./news.ts";
import {
  findHead,
  findName,
  insertEntry,
  type NewestEntry,
  type ShownEntry,
  selectEntries,
  selectNewest,
  selectZones,
  setHead,
} from "./store.ts";

export { auditRoutes } from "./routes.ts";
export type { NewestEntry } from "./store.ts";

/**
 * Who did what.
 *
 * Promises: an entry is written in the transaction of what it tells of, so that neither is there without the other;
 * browsers hear of it after the commit; nothing here changes or deletes one; an edit, a deletion, another order or a cut-off
 * end is found by {@link verify}.
 */
export interface Audit {
  /** Notes something in the transaction under way. */
  note: Note;
  list(scope: Scope, query: AuditQuery): Promise<Result<Page<AuditEntry>>>;
  /** An organisation's newest entries but those of people coming and going. For other capabilities, which ask who may see them. */
  newest(organizationId: string, limit: number): Promise<NewestEntry[]>;
  /** Walks an organisation's chain. */
  verify(organizationId: string): Promise<Verdict>;
}

export type Note = (trx: Transaction<Tables>, by: Actor, deed: Deed) => Promise<void>;

/** Of somebody's scope what says who they are, or an organisation for a command on the machine itself. */
export type Actor = Omit<Scope, "role" | "permissions"> | { organizationId: string; command: string };

export interface Deed {
  /** What was done to what, as `site.update`. */
  action: string;
  target: { id: string; name: string };
  before?: object | null;
  after?: object | null;
}

/** `brokenAt`: the first entry that is not as it was written, or that is missing. */
export type Verdict =
  | { entries: number; brokenAt: null }
  | { entries: number; brokenAt: number; reason: string };

/** What people need to be allowed. */
export const AUDIT_NEEDS: Needs<Audit> = { list: "audit:read" };

const VERIFIED_AT_ONCE = 1_000;

export interface AuditParts extends AuditNewsParts {
  db: CloudDatabase;
  clock: Clock;
  secret: string;
}

export function createAudit(parts: AuditParts): Audit {
  const { db, clock, secret } = parts;
  const news = new AuditNews(parts);

  return {
    async note(trx, by, { action, target, before, after }) {
      const { organizationId } = by;
      if ("joinCommit" in by) await by.joinCommit?.(trx);
      const [head] = await findHead(trx, organizationId);
      const entry = {
        organization_id: organizationId,
        seq: (head?.seq ?? 0) + 1,
        at_ms: clock.nowMs(),
        ...(await actorOf(trx, by)),
        action,
        target_kind: action.split(".")[0] ?? "",
        target_id: target.id,
        target_name: target.name,
        before: before === undefined || before === null ? null : JSON.stringify(before),
        after: after === undefined || after === null ? null : JSON.stringify(after),
      };
      const hash = hashOf(entry, head?.hash ?? FIRST_HASH);
      await insertEntry(trx, { ...entry, hash });
      const signature = sign(secret, { organization_id: organizationId, seq: entry.seq, hash });
      await setHead(trx, organizationId, entry.seq, hash, signature);
      news.noted(trx, organizationId, toNews(entry));
    },

    async list(scope, query) {
      const { rows, total } = await selectEntries(db.read, scope, query);
      const { page, nextCursor } = cutPage(rows, query.limit, ({ seq }) => ({ value: seq, id: "" }));
      const zones = await selectZones(db.read, scope, page);
      return accept({
        items: page.map((row) => toEntry(row, zones.get(row.target_id) ?? null)),
        nextCursor,
        total,
      });
    },

    newest: (organizationId, limit) => selectNewest(db.read, organizationId, limit),

    async verify(organizationId) {
      let previous = FIRST_HASH;
      let seq = 0;
      for (;;) {
        const rows = await db.read
          .selectFrom("audit_entry")
          .selectAll()
          .where("organization_id", "=", organizationId)
          .where("seq", ">", seq)
          .orderBy("seq")
          .limit(VERIFIED_AT_ONCE)
          .execute();
        for (const row of rows) {
          if (row.seq !== seq + 1) return { entries: seq, brokenAt: seq + 1, reason: "the entry is missing" };
          if (row.hash !== hashOf(row, previous))
            return { entries: seq, brokenAt: row.seq, reason: "the entry is not as it was written" };
          previous = row.hash;
          seq = row.seq;
        }
        if (rows.length < VERIFIED_AT_ONCE) break;
      }
      const head = await db.read
        .selectFrom("audit_head")
        .selectAll()
        .where("organization_id", "=", organizationId)
        .executeTakeFirst();
      if (head === undefined && seq === 0) return { entries: 0, brokenAt: null };
      const signed = head !== undefined && head.signature === sign(secret, head);
      if (signed && head.seq === seq && head.hash === previous) return { entries: seq, brokenAt: null };
      const reason = signed ? "entries at the end are missing" : "the signature of the newest entry is wrong";
      return { entries: seq, brokenAt: seq + 1, reason };
    },
  };
}

async function actorOf(trx: Transaction<Tables>, by: Actor) {
  if ("command" in by) return { actor_id: null, actor_name: by.command, address: null };
  const [person] = await findName(trx, by.userId);
  return { actor_id: by.userId, actor_name: person?.name ?? "", address: by.from ?? null };
}

function toNews(entry: Omit<AuditRow, "hash">) {
  return {
    seq: entry.seq,
    at: entry.at_ms,
    actor: entry.actor_id === null ? null : entry.actor_name,
    action: entry.action,
    target: { kind: entry.target_kind, id: entry.target_id, name: entry.target_name },
  };
}

function toEntry(row: ShownEntry, timeZone: string | null): AuditEntry {
  const parsed = (text: string | null) =>
    text === null ? null : (JSON.parse(text) as Record<string, unknown>);
  return {
    seq: row.seq,
    at: toTimestamp(row.at_ms),
    actor: row.actor_id === null ? null : { id: row.actor_id, name: row.actor_name },
    action: row.action,
    target: {
      ...{ kind: row.target_kind, id: row.target_id, name: row.target_name },
      provenance: provenanceOf(row.simulated === 1),
    },
    timeZone,
    from: row.address,
    before: parsed(row.before),
    after: parsed(row.after),
    hash: row.hash,
  };
}
