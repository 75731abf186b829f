import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { accept, type Result, refuse } from "../../protocol/errors.ts";
import { passwordsSchema } from "../../protocol/simulation/scenario.ts";
import { check } from "../../protocol/validate.ts";
import type { Devices } from "../devices/devices.ts";

/**
 * The passwords of simulated devices, beside the gateway's database in a file that only its owner can read: kept so
 * that a simulation started again goes on with the same devices. Codes: `config.invalid` (the file), `device.exists`
 * (a real device has the key).
 */
export function provideCredentials(
  directory: string,
  keys: readonly string[],
  devices: Devices,
): Result<Map<string, string>> {
  const path = join(directory, "simulated-devices.json");
  const kept = existsSync(path) ? readPasswords(path) : accept(new Map<string, string>());
  if (!kept.ok) return kept;
  const passwords = kept.value;
  const missing = keys.filter((key) => {
    const password = passwords.get(key);
    return password === undefined || !devices.authenticate(key, password);
  });
  if (missing.length === 0) return kept;
  // All of them or none: what is refused has made nothing.
  const real = missing.find((key) => devices.get(key)?.provenance === "real");
  if (real !== undefined) return refuse("device.exists", real);
  for (const key of missing) {
    // Without its password, because an earlier start ended before it was written, a simulated device is made anew.
    if (devices.get(key)?.provenance === "simulated") devices.remove(key);
    const added = devices.add(key, "simulated");
    if (!added.ok) return added;
    passwords.set(key, added.value.password);
  }
  writeFileSync(`${path}.new`, JSON.stringify(Object.fromEntries(passwords), null, 2), { mode: 0o600 });
  renameSync(`${path}.new`, path);
  return kept;
}

/** Reads a JSON file of passwords by device, which must have one for each of `keys`. Code: `config.invalid`. */
export function readCredentials(path: string, keys: readonly string[]): Result<Map<string, string>> {
  const read = readPasswords(path);
  if (!read.ok) return read;
  const missing = keys.filter((key) => !read.value.has(key));
  return missing.length === 0
    ? read
    : refuse("config.invalid", `${path}: no password of ${missing.join(", ")}`);
}

function readPasswords(path: string): Result<Map<string, string>> {
  let input: unknown;
  try {
    input = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    return refuse("config.invalid", `${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const checked = check(passwordsSchema, input, "config.invalid");
  return checked.ok
    ? accept(new Map(Object.entries(checked.value)))
    : refuse("config.invalid", `${path}: ${checked.refusal.detail}`);
}
