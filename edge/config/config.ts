import { readFileSync } from "node:fs";
import { type Result, refuse } from "../../protocol/errors.ts";
import { readSettings } from "../../protocol/settings/settings.ts";
import { EDGE_SETTINGS, type EdgeSettings } from "./settings.ts";

/**
 * The settings of the gateway: the only place that reads the environment and the configuration file. Codes:
 * `config.unknown-setting`, `config.invalid`.
 */
export function readConfig(args: Record<string, unknown>): Result<EdgeSettings> {
  const { config, ...given } = args;
  const path = typeof config === "string" ? config : null;
  let file: Record<string, unknown> | null = null;
  try {
    if (path !== null) file = Bun.TOML.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
  } catch (error) {
    return refuse("config.invalid", `${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  return readSettings(EDGE_SETTINGS, { args: given, env: process.env, prefix: "HOMEPOT_EDGE_", file });
}
