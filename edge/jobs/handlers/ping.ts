import { type CommandResult, deviceCommand } from "../../../protocol/jobs/device-command.ts";
import type { JobArguments } from "../../../protocol/jobs/job-kinds.ts";
import type { JobHandler, Outcome } from "../handler.ts";
import type { PublishCommand } from "./device-command.ts";

export interface PingParts {
  publish: PublishCommand;
  /** Whether a device would get what is published now, and if not, since when it was last heard. */
  reach(device: string): { hears: boolean; says: string };
  /** How the gateway's own line is. */
  line(): Record<string, unknown>;
  monotonicMs(): number;
}

/**
 * Whether a device can be reached, and how soon it answers: the command `ping`, with how often it is to be answered. Of
 * a gateway that it does this job at all is the answer, with how its line to the cloud is.
 */
export function pingHandler({ publish, reach, line, monotonicMs }: PingParts): JobHandler {
  return {
    needsDevice: false,
    async begin(attempt) {
      const { execution, deadlineMs } = attempt;
      const { device } = execution;
      if (device === null) return { ok: true, output: line() };
      const { hears, says } = reach(device);
      if (!hears) return { ok: false, reason: says };
      const { count } = execution.arguments as JobArguments<"ping">;
      attempt.note({ sentMs: monotonicMs() });
      const payload = deviceCommand({ command: "ping", args: { count }, deadline: deadlineMs });
      await publish(device, execution.id, payload);
      return null;
    },
    answered(execution, result: CommandResult): Outcome {
      if (!result.ok) return { ok: false, reason: `the device answered: ${result.error}` };
      const sentMs = Number(execution.memo?.sentMs);
      const roundTripMs = Math.round((monotonicMs() - sentMs) * 10) / 10;
      return {
        ok: true,
        output: { roundTripMs, ...(result.output === undefined ? {} : { device: result.output }) },
      };
    },
  };
}
