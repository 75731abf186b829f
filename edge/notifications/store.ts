import type { Database } from "bun:sqlite";
import type { NotificationAck } from "../../protocol/log/uplog/notification-ack.ts";

export interface Waiting {
  id: string;
  device: string;
  payload: string;
}

/** The table `notification`. */
export class NotificationStore {
  readonly #sqlite: Database;

  constructor(sqlite: Database) {
    this.#sqlite = sqlite;
  }

  /** Whether it is a new one. */
  add({ id, device, payload, expiresMs }: Waiting & { expiresMs: number }): boolean {
    const { changes } = this.#sqlite
      .query("INSERT OR IGNORE INTO notification (id, device, payload, expires_ms) VALUES (?, ?, ?, ?)")
      .run(id, device, payload, expiresMs);
    return changes > 0;
  }

  /** What a device has not said anything of, oldest first, and can still get. */
  waitingFor(device: string, nowMs: number): Waiting[] {
    return this.#sqlite
      .query<Waiting, [string, number]>(
        `SELECT id, device, payload FROM notification
         WHERE device = ? AND received IS NULL AND expires_ms > ? ORDER BY id`,
      )
      .all(device, nowMs);
  }

  /** Notes what the device says of it. Whether that is news: what was opened or put away was delivered before. */
  setReceived(device: string, id: string, action: NotificationAck["action"]): boolean {
    const { changes } = this.#sqlite
      .query(
        `UPDATE notification SET received = ?1 WHERE id = ?2 AND device = ?3 AND received IS NOT ?1
         AND (received IS NULL OR received = 'expired' OR (received = 'delivered' AND ?1 != 'expired'))`,
      )
      .run(action, id, device);
    return changes > 0;
  }

  /** What expired before its device had it. */
  expired(nowMs: number, limit: number): Waiting[] {
    return this.#sqlite
      .query<Waiting, [number, number]>(
        `SELECT id, device, payload FROM notification
         WHERE expires_ms <= ? AND received IS NULL ORDER BY expires_ms LIMIT ?`,
      )
      .all(nowMs, limit);
  }

  /** Forgets what expired before then. */
  forgetBefore(expiresMs: number): void {
    this.#sqlite
      .query("DELETE FROM notification WHERE expires_ms < ? AND received IS NOT NULL")
      .run(expiresMs);
  }
}
