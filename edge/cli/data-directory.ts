import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { secureRandom, systemClock } from "../clock/clock.ts";
import { type DamagedLog, keepDamagedLog } from "../database/damaged-log.ts";
import { type EdgeDatabase, openDatabase } from "../database/database.ts";
import { gatewayRuns } from "./only-gateway.ts";

/**
 * The gateway's database in its data directory, which is made when missing and readable by its owner only. `onDamage`
 * hears of a write-ahead log of which SQLite will not find all; a copy of it is kept, and `doctor` tells of it too.
 */
export function openDataDirectory(directory: string, onDamage?: (damage: DamagedLog) => void): EdgeDatabase {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = databasePath(directory);
  if (!gatewayRuns(directory)) {
    const damage = keepDamagedLog(path, systemClock.nowMs());
    if (damage !== null) onDamage?.(damage);
  }
  return openDatabase(path, { clock: systemClock, random: secureRandom });
}

/** Where the database of a data directory is, or will be. */
export function databasePath(directory: string): string {
  return join(directory, "edge.db");
}
