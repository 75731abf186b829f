import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { secureRandom, systemClock } from "../clock/clock.ts";
import { type EdgeDatabase, openDatabase } from "../database/database.ts";

/** The gateway's database in its data directory, which is made when missing and readable by its owner only. */
export function openDataDirectory(directory: string): EdgeDatabase {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return openDatabase(databasePath(directory), { clock: systemClock, random: secureRandom });
}

/** Where the database of a data directory is, or will be. */
export function databasePath(directory: string): string {
  return join(directory, "edge.db");
}
