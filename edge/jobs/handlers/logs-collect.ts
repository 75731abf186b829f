import type { JobArguments } from "../../../protocol/jobs/job-kinds.ts";
import type { JobHandler } from "../handler.ts";
import { outcomeOf, type PublishCommand, sendCommand } from "./device-command.ts";

export interface LogsParts {
  publish: PublishCommand;
  /** The newest lines of the gateway's own log, oldest first. */
  recent(lines: number): string[];
}

/** The newest lines of a log: a device's by the command `collect-logs`, which answers with them, or the gateway's own. */
export function logsCollectHandler({ publish, recent }: LogsParts): JobHandler {
  return {
    needsDevice: true,
    async begin(attempt) {
      const { execution } = attempt;
      const { lines } = execution.arguments as JobArguments<"logs.collect">;
      if (execution.device !== null) return sendCommand(publish, attempt, "collect-logs", { lines });
      const found = recent(lines);
      for (const line of found) attempt.log("info", line);
      return { ok: true, output: { lines: found.length } };
    },
    answered: (_execution, result) => outcomeOf(result),
  };
}
