import { filterMatches } from "../../../protocol/topics/filter.ts";
import type { EdgeDatabase } from "../../database/database.ts";
import { type PacketRow, type StoredPacket, toPacket } from "./packets.ts";

/** Retained messages that match one of these filters, read as they are asked for. */
export function* retainedOf(db: EdgeDatabase, filters: readonly string[]): Generator<StoredPacket> {
  const next = db.sqlite.query<PacketRow & { topic: string }, [string, string]>(
    "SELECT topic, fields, payload FROM mqtt_retained WHERE topic > ? AND topic < ? ORDER BY topic LIMIT 1",
  );
  for (const filter of filters) {
    // All topics a filter matches begin as it does, up to its first wildcard.
    const wildcard = filter.search(/[+#]/);
    const prefix = wildcard < 0 ? filter : filter.slice(0, wildcard).replace(/\/$/, "");
    const end = `${prefix}\u{10ffff}`;
    for (let after = beforeAll(prefix); ; ) {
      const row = next.get(after, end);
      if (row === null) break;
      after = row.topic;
      if (filterMatches(filter, row.topic)) yield toPacket(row);
    }
  }
}

/** A text that sorts just before every text that begins with this one, and that one itself. */
function beforeAll(prefix: string): string {
  if (prefix === "") return "";
  const last = prefix.charCodeAt(prefix.length - 1);
  return `${prefix.slice(0, -1)}${String.fromCharCode(last - 1)}\u{10ffff}`;
}
