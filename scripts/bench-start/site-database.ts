import { mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { getLogger } from "@logtape/logtape";
import { secureRandom, systemClock } from "../../edge/clock/clock.ts";
import { zstd } from "../../edge/compression/zstd.ts";
import { openDatabase } from "../../edge/database/database.ts";
import { migrations } from "../../edge/database/migrations/index.ts";
import { usedBytes } from "../../edge/database/used-bytes.ts";
import { createDevices, type DeviceCredential } from "../../edge/devices/devices.ts";
import { createGroupCommit, createTelemetry } from "../../edge/telemetry/telemetry.ts";
import { createUplog } from "../../edge/uplog/uplog.ts";
import { encodeChunks } from "../../protocol/chunks/chunk.ts";
import { CHUNK_KIND } from "../../protocol/log/kinds.ts";
import { type Reading, toReadings } from "../../protocol/telemetry/reading.ts";
import { MIB, MINUTE, SECOND } from "../../protocol/units.ts";
import { realisticMix } from "../bench-chunks/series.ts";

/** Mixes of five devices each. */
const MIXES = 20;
/** Of each device. Their chunks fill the log again and again: no start looks into one. */
const SERIES_READINGS = 5_000;
const CHUNK_READINGS = 100;
/** Readings of each device that are in no chunk yet. */
const OPEN_READINGS = 60;

/** A data directory of a gateway that was without its cloud for long. */
export interface SiteDatabase {
  directory: string;
  credential: DeviceCredential;
}

/**
 * The data directory of a site with a hundred devices whose gateway holds `mib` that no cloud has seen, and six thousand readings
 * in its journal, made by the gateway's own stores. It is made once and kept in `cache`; a migration makes another.
 */
export async function siteDatabase(
  cache: string,
  mib: number,
  say: (line: string) => void,
): Promise<SiteDatabase> {
  const directory = join(cache, `site-${mib}-schema-${migrations.length}`);
  const told = Bun.file(join(directory, "credential.json"));
  if (await told.exists()) return { directory, credential: await told.json() };
  say(`making a database of ${mib} MiB`);
  const unfinished = `${directory}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true, mode: 0o700 });
  const credential = await fill(unfinished, mib * MIB);
  await Bun.write(join(unfinished, "credential.json"), JSON.stringify(credential));
  rmSync(directory, { recursive: true, force: true });
  renameSync(unfinished, directory);
  return { directory, credential };
}

async function fill(directory: string, sizeBytes: number): Promise<DeviceCredential> {
  using db = openDatabase(join(directory, "edge.db"), { clock: systemClock, random: secureRandom });
  const uplog = createUplog(db);
  const commit = createGroupCommit(db, systemClock);
  const parts = { db, uplog, commit, clock: systemClock, random: secureRandom, log: getLogger("bench") };
  const telemetry = createTelemetry({ ...parts, policy: { readings: 1_000, afterMs: MINUTE } });
  const devices = createDevices(parts);
  const site = Array.from({ length: MIXES }, (_, mix) =>
    realisticMix(SERIES_READINGS, "little", mix + 1).map(({ device, readings }) => ({
      device: `${device}-${mix}`,
      readings,
    })),
  ).flat();
  const credentials = site.map(({ device }) => devices.add(device));
  const chunks = site.flatMap(({ device, readings }) =>
    inChunks(readings).flatMap((part) =>
      encodeChunks({ device, readings: part }, zstd).map((payload) => ({ device, payload })),
    ),
  );
  while (usedBytes(db) < sizeBytes) {
    db.transaction(() => {
      for (const { device, payload } of chunks)
        uplog.append({ kind: CHUNK_KIND, atMs: systemClock.nowMs(), payload }, { device });
    });
  }
  for (let index = 0; index < OPEN_READINGS; index += 1) {
    const arrivedMs = systemClock.nowMs() - (OPEN_READINGS - index) * SECOND;
    const taken = site.map(({ device, readings }) => {
      const values = readings[index]?.values;
      const message = { device, arrivedMs, payload: Buffer.from(JSON.stringify(values)) };
      return telemetry.ingest(message, toReadings(values, arrivedMs));
    });
    await Promise.all(taken);
  }
  const [first] = credentials;
  if (first === undefined || !first.ok) throw new Error("the site has no device");
  return first.value;
}

function inChunks(readings: readonly Reading[]): Reading[][] {
  return Array.from({ length: readings.length / CHUNK_READINGS }, (_, index) =>
    readings.slice(index * CHUNK_READINGS, (index + 1) * CHUNK_READINGS),
  );
}
