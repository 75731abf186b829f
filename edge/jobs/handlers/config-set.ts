import { isDeepStrictEqual } from "node:util";
import { refusedConfig } from "../../../protocol/config/refused-config.ts";
import type { Attributes } from "../../../protocol/devices/attributes.ts";
import type { JobArguments } from "../../../protocol/jobs/job-kinds.ts";
import type { JobHandler, Outcome } from "../handler.ts";

export interface ConfigParts {
  /** The configuration a device has last reported. */
  reportedBy(device: string): Record<string, unknown> | null;
  /** The version that is wanted of it now. */
  wantedVersionOf(device: string): number | null;
  /** What it last said of itself. */
  attributesOf(device: string): Attributes;
}

/**
 * Settings that the cloud has added to what is wanted of a device, by an entry before this one. Done, and seen to be so,
 * when the device reports that it runs with them; failed when it says that it does not run with the version that is wanted now.
 * It need not be connected now.
 */
export function configSetHandler(parts: ConfigParts): JobHandler {
  const refusal = (device: string, attributes: Attributes): Outcome | null => {
    const refused = refusedConfig(attributes);
    if (refused === null || refused.version === null) return null;
    if (refused.version !== parts.wantedVersionOf(device)) return null;
    return { ok: false, reason: `the device answered: ${refused.why}` };
  };
  return {
    needsDevice: false,
    async begin({ execution }) {
      const device = execution.device!;
      const reported = parts.reportedBy(device);
      if (reported !== null && runsWith(execution.arguments, reported)) return DONE;
      return refusal(device, parts.attributesOf(device));
    },
    recover: () => "again",
    reported: (execution, config) => (runsWith(execution.arguments, config) ? DONE : null),
    described: (execution, attributes) => refusal(execution.device!, attributes),
  };
}

const DONE = { ok: true, verified: true } as const;

function runsWith(args: Record<string, unknown>, reported: Record<string, unknown>): boolean {
  const { config } = args as JobArguments<"config.set">;
  return Object.entries(config).every(([name, value]) => isDeepStrictEqual(reported[name], value));
}
