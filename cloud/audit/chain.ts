import type { Selectable } from "kysely";
import type { AuditEntryTable } from "../database/tables.ts";

/** How the entries of an organisation hang together, and how one sees that somebody changed them. */

export type AuditRow = Selectable<AuditEntryTable>;

/** What the first entry follows. */
export const FIRST_HASH = "";

/** SHA-256 of everything an entry says and of the hash before it, hex. */
export async function hashOf(entry: Omit<AuditRow, "hash">, previous: string): Promise<string> {
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
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest).toHex();
}

/** The newest link, signed (HMAC-SHA-256, hex): without the key nobody can shorten the chain unseen. */
export async function sign(
  secret: string,
  head: { organization_id: string; seq: number; hash: string },
): Promise<string> {
  const key = await crypto.subtle.importKey(
    "raw",
    new TextEncoder().encode(`audit ${secret}`),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign"],
  );
  const text = JSON.stringify([head.organization_id, head.seq, head.hash]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(text))).toHex();
}
