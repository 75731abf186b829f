import { toEntry } from "../../protocol/log/kinds.ts";
import type { EdgeDatabase } from "../database/database.ts";
import type { Uplog } from "../uplog/uplog.ts";

/** What was dropped of a device since its gateway was set up. */
export interface DroppedTelemetry {
  device: string;
  readings: number;
}

/** Counts, exactly, the readings that were dropped, and tells the cloud. Everything within the caller's transaction. */
export class Dropped {
  readonly #db: EdgeDatabase;
  readonly #uplog: Uplog;

  constructor(parts: { db: EdgeDatabase; uplog: Uplog }) {
    this.#db = parts.db;
    this.#uplog = parts.uplog;
  }

  add(device: string, readings: number, fromMs: number, toMs: number): void {
    this.#db.sqlite
      .query<never, [string, number, number, number]>(
        `INSERT INTO dropped_telemetry (device, readings, from_ms, to_ms) VALUES (?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET
           from_ms = iif(readings = told_readings, excluded.from_ms, min(from_ms, excluded.from_ms)),
           to_ms = iif(readings = told_readings, excluded.to_ms, max(to_ms, excluded.to_ms)),
           readings = readings + excluded.readings`,
      )
      .run(device, readings, fromMs, toMs);
  }

  hasUntold(): boolean {
    const { sqlite } = this.#db;
    return sqlite.query("SELECT 1 FROM dropped_telemetry WHERE readings > told_readings").get() !== null;
  }

  /** An entry for each device of which more was dropped since the last. */
  tell(nowMs: number): void {
    const { sqlite } = this.#db;
    const untold = sqlite
      .query<{ device: string; readings: number; fromMs: number; toMs: number }, []>(
        `SELECT device, readings - told_readings AS readings, from_ms AS fromMs, to_ms AS toMs
         FROM dropped_telemetry WHERE readings > told_readings`,
      )
      .all();
    for (const row of untold) this.#uplog.append(toEntry({ kind: "telemetry.dropped", ...row }, nowMs));
    sqlite.run("UPDATE dropped_telemetry SET told_readings = readings WHERE readings > told_readings");
  }
}

/** Most first. */
export function readDropped({ sqlite }: EdgeDatabase): DroppedTelemetry[] {
  return sqlite
    .query<DroppedTelemetry, []>("SELECT device, readings FROM dropped_telemetry ORDER BY readings DESC")
    .all();
}
