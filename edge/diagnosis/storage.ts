import { closeSync, fsyncSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { join } from "node:path";
import { KIB, MIB } from "../../protocol/units.ts";
import { damagedLogs } from "../database/damaged-log.ts";
import type { EdgeDatabase } from "../database/database.ts";
import { usedBytes } from "../database/used-bytes.ts";
import { readDropped } from "../retention/retention.ts";
import { type Finding, fine, problem, warning } from "./finding.ts";

/** Below this a gateway soon has no room for what devices send. */
const SCARCE_BYTES = 64 * MIB;
const PROBE_BYTES = 64 * KIB;

export type DiskState = "fine" | "scarce" | "full" | "read-only" | "not-allowed" | "failing";

/** Whether the data directory takes what is written to it, durably, and has room for more. */
export function readDisk(directory: string): { state: DiskState; freeBytes: number; message: string } {
  const failure = probe(directory);
  const freeBytes = freeOf(directory);
  const message = failure?.message ?? "";
  if (failure !== null) return { state: FAILURES[failure.code ?? ""] ?? "failing", freeBytes, message };
  return { state: freeBytes < SCARCE_BYTES ? "scarce" : "fine", freeBytes, message };
}

const FAILURES: Readonly<Record<string, DiskState>> = {
  ENOSPC: "full",
  EDQUOT: "full",
  EROFS: "read-only",
  EACCES: "not-allowed",
  EPERM: "not-allowed",
};

/** The same in words. */
export function examineDisk(directory: string): Finding {
  const { state, freeBytes, message } = readDisk(directory);
  if (state !== "fine" && state !== "scarce") return whyNot(directory, state, message);
  const says = `${directory} can be written to, ${mib(freeBytes)} free`;
  if (state === "fine") return fine("disk", says);
  const advice = "Free some space, or give the gateway a larger disk: without room it cannot take messages.";
  return warning("disk", says, advice);
}

/** Whether the database is whole, within its budget, and has had to drop something. */
export function examineDatabase(db: EdgeDatabase, directory: string, budgetBytes: number): Finding[] {
  const faults = db.sqlite
    .query<{ quick_check: string }, []>("PRAGMA quick_check(5)")
    .all()
    .map((row) => row.quick_check)
    .filter((fault) => fault !== "ok");
  if (faults.length > 0) {
    const advice =
      "Stop the gateway, keep a copy of the data directory, and look at the disk's health (dmesg, smartctl) before you go on.";
    return [problem("database", `damaged: ${faults.join("; ")}`, advice)];
  }
  const used = usedBytes(db);
  return [examineLogs(db), examineBudget(used, budgetBytes, freeOf(directory)), ...examineDropped(db)];
}

/** Of write-ahead logs that were found damaged; see `edge/database/damaged-log.ts`. */
function examineLogs({ sqlite }: EdgeDatabase): Finding {
  const copy = damagedLogs(sqlite.filename).at(-1);
  if (copy === undefined) return fine("database", "whole");
  return warning(
    "database",
    `whole, but its write-ahead log was damaged or cut off, and the last messages before that stop are lost: ${copy}`,
    "A power cut on a disk that does not keep what it has confirmed does this, and so does a failing one: see dmesg, and replace it. Delete the file when that is done.",
  );
}

function examineBudget(used: number, budgetBytes: number, freeBytes: number): Finding {
  const says = `${mib(used)} of ${mib(budgetBytes)} used`;
  if (budgetBytes - used > freeBytes) {
    const mostMib = Math.max(16, Math.floor((used + freeBytes) / 2 / MIB));
    return warning(
      "budget",
      `${says}, but only ${mib(freeBytes)} are free on the disk`,
      `Set disk.budget-mib to ${mostMib} or less, so that the gateway makes room before the disk is full.`,
    );
  }
  if (used < budgetBytes * 0.9) return fine("budget", says);
  return warning(
    "budget",
    `${says}; telemetry the cloud does not have is thinned to make room`,
    "Connect the gateway to the cloud, or raise disk.budget-mib when the disk has room.",
  );
}

function examineDropped(db: EdgeDatabase): Finding[] {
  const dropped = readDropped(db);
  if (dropped.length === 0) return [];
  const readings = dropped.reduce((sum, row) => sum + row.readings, 0);
  const most = dropped.slice(0, 3).map((row) => `${row.device} ${row.readings}`);
  const says = `${readings} readings of ${dropped.length} devices were dropped (${most.join(", ")})`;
  const advice =
    "They were the oldest, and the cloud did not have them. Raise disk.budget-mib when the disk has room.";
  return [warning("dropped", says, advice)];
}

function probe(directory: string): NodeJS.ErrnoException | null {
  const path = join(directory, "probe.tmp");
  try {
    const file = openSync(path, "w", 0o600);
    try {
      writeSync(file, new Uint8Array(PROBE_BYTES));
      fsyncSync(file);
    } finally {
      closeSync(file);
      rmSync(path, { force: true });
    }
    return null;
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
}

function whyNot(directory: string, state: DiskState, message: string): Finding {
  switch (state) {
    case "full":
      return problem(
        "disk",
        `the disk of ${directory} is full: devices get no acknowledgement, and keep what they send`,
        "Free some space. The gateway goes on by itself as soon as there is room.",
      );
    case "read-only":
      return problem(
        "disk",
        `the disk of ${directory} is read-only`,
        "A disk that fails is often made read-only by the kernel: see dmesg, and replace it.",
      );
    case "not-allowed":
      return problem(
        "disk",
        `${directory} may not be written to`,
        "Run this as the user of the gateway, or with sudo.",
      );
    default:
      return problem("disk", message, "See dmesg for what the disk reports.");
  }
}

function freeOf(directory: string): number {
  const { bavail, bsize } = statfsSync(directory);
  return bavail * bsize;
}

function mib(bytes: number): string {
  return `${Math.round(bytes / MIB).toLocaleString("en")} MiB`;
}
