import { createHash, createHmac } from "node:crypto";
import type { Selectable } from "kysely";
import type { AuditEntryTable } from "../database/tables.ts";

/** How the entries of an organisation hang together, and how one sees that somebody changed them. */

export type AuditRow = Selectable<AuditEntryTable>;

/** What the first entry follows. */
export const FIRST_HASH = "";

/** SHA-256 of everything an entry says and of the hash before it, hex. */
export function hashOf(entry: Omit<AuditRow, "hash">, previous: string): string {
  const text = JSON.stringify([
    previous,
    entry.organization_id,
    entry.seq,
    entry.at_ms,
    entry.actor_id,
    entry.actor_name,
    entry.action,
    entry.target_kind,
    entry.target_id,
    entry.target_name,
    entry.address,
    entry.before,
    entry.after,
  ]);
  return createHash("sha256").update(text).digest("hex");
}

/** The newest link, signed (HMAC-SHA-256, hex): without the key nobody can shorten the chain unseen. */
export function sign(secret: string, head: { organization_id: string; seq: number; hash: string }): string {
  const text = JSON.stringify([head.organization_id, head.seq, head.hash]);
  return createHmac("sha256", `audit ${secret}`).update(text).digest("hex");
}
