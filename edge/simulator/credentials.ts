import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { accept, type Result } from "../../protocol/errors.ts";
import type { Devices } from "../devices/devices.ts";

/**
 * The passwords of simulated devices, beside the gateway's database in a file that only its owner can read: kept so
 * that a simulation started again goes on with the same devices.
 */
export function provideCredentials(
  directory: string,
  keys: readonly string[],
  devices: Devices,
): Result<Map<string, string>> {
  const path = join(directory, "simulated-devices.json");
  const kept = existsSync(path) ? readCredentials(path) : new Map<string, string>();
  for (const key of keys) {
    if (kept.has(key) && devices.get(key) !== null) continue;
    const added = devices.add(key, "simulated");
    if (!added.ok) return added;
    kept.set(key, added.value.password);
    writeFileSync(`${path}.new`, JSON.stringify(Object.fromEntries(kept), null, 2), { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }
  return accept(kept);
}

/** A JSON file of passwords by device. */
export function readCredentials(path: string): Map<string, string> {
  return new Map(Object.entries(JSON.parse(readFileSync(path, "utf8")) as Record<string, string>));
}
