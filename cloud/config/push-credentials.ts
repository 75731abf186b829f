import { readFileSync } from "node:fs";
import { RefusalError, refuse } from "../../protocol/errors.ts";
import { isJsonObject } from "../../protocol/json.ts";

/** The file of the setting `push.credentials`, by platform. Throws a RefusalError with `config.invalid`. */
export function readPushCredentials(path: string | null): Record<string, unknown> {
  if (path === null) return {};
  let read: unknown;
  try {
    const text = readFileSync(path, "utf8");
    read = path.endsWith(".json") ? JSON.parse(text) : Bun.TOML.parse(text);
  } catch (cause) {
    // A parser's words may quote what it read.
    const why = cause instanceof Error && "code" in cause ? cause.message : "it cannot be read";
    throw new RefusalError(refuse("config.invalid", `push.credentials: ${path}: ${why}`).refusal);
  }
  if (!isJsonObject(read) || !Object.values(read).every(isJsonObject)) {
    const detail = `push.credentials: ${path} must have a table for each platform`;
    throw new RefusalError(refuse("config.invalid", detail).refusal);
  }
  return read;
}
