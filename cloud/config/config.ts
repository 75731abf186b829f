import { readFileSync } from "node:fs";
import { type Result, refuse } from "../../protocol/errors.ts";
import { readSettings } from "../../protocol/settings/settings.ts";
import { CLOUD_SETTINGS, type CloudSettings } from "./settings.ts";

/**
 * The settings of the control plane: the only place that reads the environment and the configuration file. Codes:
 * `config.unknown-setting`, `config.invalid`.
 */
export function readConfig(args: Record<string, unknown>): Result<CloudSettings> {
  const { config, ...given } = args;
  const path = typeof config === "string" ? config : null;
  let file: Record<string, unknown> | null = null;
  try {
    if (path !== null) file = Bun.TOML.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
  } catch (error) {
    return refuse("config.invalid", `${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  return readSettings(CLOUD_SETTINGS, { args: given, env: process.env, prefix: "HOMEPOT_CLOUD_", file });
}
