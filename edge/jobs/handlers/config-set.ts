import { isDeepStrictEqual } from "node:util";
import type { JobArguments } from "../../../protocol/jobs/job-kinds.ts";
import type { JobHandler } from "../handler.ts";

/**
 * Settings that the cloud has added to what is wanted of a device, by an entry before this one. Done, and seen to be so,
 * when the device reports that it runs with them; it need not be connected now.
 */
export function configSetHandler(reportedBy: (device: string) => Record<string, unknown> | null): JobHandler {
  return {
    needsDevice: false,
    async begin({ execution }) {
      const reported = reportedBy(execution.device!);
      return reported !== null && runsWith(execution.arguments, reported) ? DONE : null;
    },
    recover: () => "again",
    reported: (execution, config) => (runsWith(execution.arguments, config) ? DONE : null),
  };
}

const DONE = { ok: true, verified: true } as const;

function runsWith(args: Record<string, unknown>, reported: Record<string, unknown>): boolean {
  const { config } = args as JobArguments<"config.set">;
  return Object.entries(config).every(([name, value]) => isDeepStrictEqual(reported[name], value));
}
