import type { Attributes } from "../../protocol/devices/attributes.ts";
import type { Connectivity, Provenance } from "../../protocol/devices/device.ts";
import type { Refusal } from "../../protocol/errors.ts";
import type { EdgeDatabase } from "../database/database.ts";

/** A device of this site as the gateway keeps it. Times are ms since 1970. */
export interface DeviceRecord {
  key: string;
  provenance: Provenance;
  createdMs: number;
  attributes: Attributes;
  connectivity: Connectivity;
  connectivitySinceMs: number | null;
  lastHeardMs: number | null;
}

/** A message that was refused, kept for the installer. */
export interface RejectedMessage {
  device: string;
  atMs: number;
  topic: string;
  code: string;
  reason: string;
  /** The beginning of the payload. */
  sample: string;
}

/** Refused messages kept of one device: enough to see what it does wrong. */
export const REJECTED_KEPT = 20;

type Row = {
  key: string;
  provenance: string;
  created_ms: number;
  attributes: string;
  connectivity: string;
  connectivity_since_ms: number | null;
  last_heard_ms: number | null;
};

const COLUMNS = "key, provenance, created_ms, attributes, connectivity, connectivity_since_ms, last_heard_ms";

/** The SQL of devices. Writing is the caller's transaction. */
export class DeviceStore {
  readonly #db: EdgeDatabase;

  constructor(db: EdgeDatabase) {
    this.#db = db;
  }

  list(): DeviceRecord[] {
    return this.#db.sqlite.query<Row, []>(`SELECT ${COLUMNS} FROM device ORDER BY key`).all().map(toRecord);
  }

  get(key: string): DeviceRecord | null {
    const row = this.#db.sqlite.query<Row, [string]>(`SELECT ${COLUMNS} FROM device WHERE key = ?`).get(key);
    return row === null ? null : toRecord(row);
  }

  passwordHash(key: string): string | null {
    const row = this.#db.sqlite
      .query<{ password_hash: string }, [string]>("SELECT password_hash FROM device WHERE key = ?")
      .get(key);
    return row?.password_hash ?? null;
  }

  insert(key: string, provenance: Provenance, passwordHash: string, nowMs: number): void {
    this.#db.sqlite
      .query("INSERT INTO device (key, provenance, password_hash, created_ms) VALUES (?, ?, ?, ?)")
      .run(key, provenance, passwordHash, nowMs);
  }

  /** The devices whose password's hash the cloud was never told; from now on it was. */
  takeUntold(): { key: string; provenance: Provenance }[] {
    return this.#db.sqlite
      .query<{ key: string; provenance: Provenance }, []>(
        "UPDATE device SET password_told = 1 WHERE password_told = 0 RETURNING key, provenance",
      )
      .all();
  }

  /** Whether there was such a device. */
  delete(key: string): boolean {
    for (const table of ["rejected", "rejected_count", "device_config", "device_topic", "device_conduct"]) {
      this.#db.sqlite.query(`DELETE FROM ${table} WHERE device = ?`).run(key);
    }
    return this.#db.sqlite.query("DELETE FROM device WHERE key = ?").run(key).changes > 0;
  }

  setAttributes(key: string, attributes: Attributes): void {
    this.#db.sqlite
      .query("UPDATE device SET attributes = ? WHERE key = ?")
      .run(JSON.stringify(attributes), key);
  }

  setConnectivity(key: string, connectivity: Connectivity, sinceMs: number): void {
    this.#db.sqlite
      .query("UPDATE device SET connectivity = ?, connectivity_since_ms = ? WHERE key = ?")
      .run(connectivity, sinceMs, key);
  }

  setLastHeard(key: string, atMs: number): void {
    this.#db.sqlite.query("UPDATE device SET last_heard_ms = ? WHERE key = ?").run(atMs, key);
  }

  reject(key: string, topic: string, refusal: Refusal, sample: string, nowMs: number): void {
    const { sqlite } = this.#db;
    sqlite
      .query("INSERT INTO rejected (device, at_ms, topic, code, reason, sample) VALUES (?, ?, ?, ?, ?, ?)")
      .run(key, nowMs, topic, refusal.code, refusal.detail, sample);
    sqlite
      .query(
        `DELETE FROM rejected WHERE device = ?1 AND id <=
           (SELECT id FROM rejected WHERE device = ?1 ORDER BY id DESC LIMIT 1 OFFSET ${REJECTED_KEPT})`,
      )
      .run(key);
    sqlite
      .query(
        "INSERT INTO rejected_count (device, count) VALUES (?, 1) ON CONFLICT DO UPDATE SET count = count + 1",
      )
      .run(key);
  }

  /** The newest refused messages first, of one device or of all, and how many there were in all. */
  rejected(key?: string): { total: number; newest: RejectedMessage[] } {
    const where = key === undefined ? "" : "WHERE device = ?";
    const bindings = key === undefined ? [] : [key];
    const total = this.#db.sqlite
      .query<{ total: number | null }, string[]>(`SELECT sum(count) AS total FROM rejected_count ${where}`)
      .get(...bindings);
    const newest = this.#db.sqlite
      .query<RejectedMessage, string[]>(
        `SELECT device, at_ms AS atMs, topic, code, reason, sample FROM rejected ${where} ORDER BY id DESC LIMIT ${REJECTED_KEPT}`,
      )
      .all(...bindings);
    return { total: total?.total ?? 0, newest };
  }
}

function toRecord(row: Row): DeviceRecord {
  return {
    key: row.key,
    provenance: row.provenance as Provenance,
    createdMs: row.created_ms,
    attributes: JSON.parse(row.attributes) as Attributes,
    connectivity: row.connectivity as Connectivity,
    connectivitySinceMs: row.connectivity_since_ms,
    lastHeardMs: row.last_heard_ms,
  };
}
