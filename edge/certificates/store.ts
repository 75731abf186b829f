import type { EdgeDatabase } from "../database/database.ts";

/** A certificate that was issued to a device and not taken back. Times are ms since 1970. */
export interface IssuedCertificate {
  serial: string;
  device: string;
  issuedMs: number;
  expiresMs: number;
}

const COLUMNS = "serial, device, issued_ms AS issuedMs, expires_ms AS expiresMs";

/** The SQL of issued certificates. A device that is removed takes its own with it (ON DELETE CASCADE). */
export class CertificateStore {
  readonly #db: EdgeDatabase;

  constructor(db: EdgeDatabase) {
    this.#db = db;
  }

  insert({ serial, device, issuedMs, expiresMs }: IssuedCertificate): void {
    this.#db.sqlite
      .query("INSERT INTO device_certificate (serial, device, issued_ms, expires_ms) VALUES (?, ?, ?, ?)")
      .run(serial, device, issuedMs, expiresMs);
  }

  get(serial: string): IssuedCertificate | null {
    return this.#db.sqlite
      .query<IssuedCertificate, [string]>(`SELECT ${COLUMNS} FROM device_certificate WHERE serial = ?`)
      .get(serial);
  }

  /** How many there were. */
  deleteOf(device: string): number {
    return this.#db.sqlite.query("DELETE FROM device_certificate WHERE device = ?").run(device).changes;
  }
}
