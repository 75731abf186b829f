import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "@logtape/logtape";
import * as v from "valibot";
import type { StatusSource } from "./status.ts";

/**
 * What a running gateway leaves in its data directory for `homepot-edge status`, which is another process: that it
 * runs, where its broker listens, and how its line to the cloud is. Only for people; nothing decides by it.
 */
const statusFileSchema = v.object({
  startedMs: v.number(),
  mqttListen: v.string(),
  /** Where the status page is; absent when it is not. */
  statusPage: v.optional(v.string()),
  uplink: v.object({
    state: v.picklist(["stopped", "unenrolled", "connecting", "connected", "refused"]),
    sinceMs: v.number(),
    clockSkewMs: v.optional(v.number()),
    reason: v.optional(
      v.object({
        code: v.string(),
        title: v.string(),
        detail: v.string(),
        hint: v.string(),
        needsSomebody: v.boolean(),
      }),
    ),
  }),
});
export type StatusFile = v.InferOutput<typeof statusFileSchema>;

const FILE_NAME = "running.json";

export interface StatusFileParts {
  dataDirectory: string;
  /** `host:port` the broker really listens on. */
  mqttListen: string;
  /** The same of the status page; null or absent when there is none. */
  statusPage?: string | null;
  uplink: StatusSource;
  startedMs: number;
  log: Logger;
}

/** Writes the file now and at every change; disposing of it removes the file. */
export function keepStatusFile(parts: StatusFileParts): Disposable {
  const path = join(parts.dataDirectory, FILE_NAME);
  const write = (): void => {
    const uplink = parts.uplink.status();
    const { startedMs, mqttListen, statusPage = null } = parts;
    const content: StatusFile = {
      ...{ startedMs, mqttListen, uplink },
      ...(statusPage === null ? {} : { statusPage }),
    };
    try {
      // Not synced: after a power cut the file means nothing anyway.
      writeFileSync(`${path}.new`, `${JSON.stringify(content)}\n`);
      renameSync(`${path}.new`, path);
    } catch (error) {
      // Safe to go on: `status` then says that the gateway does not run, or shows an older state of its line.
      parts.log.warn("could not write the status file", { path, error });
    }
  };
  const unsubscribe = parts.uplink.onStatus(write);
  write();
  return {
    [Symbol.dispose]() {
      unsubscribe();
      rmSync(path, { force: true });
    },
  };
}

/** What the gateway of this data directory last said; null when it said nothing. Whether it still runs its lock tells. */
export function readStatusFile(dataDirectory: string): StatusFile | null {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(join(dataDirectory, FILE_NAME), "utf8"));
  } catch {
    // No file, or not one of ours: nothing is known of a running gateway.
    return null;
  }
  const parsed = v.safeParse(statusFileSchema, content);
  return parsed.success ? parsed.output : null;
}
