import { deviceCommand } from "../../../protocol/jobs/device-command.ts";
import type { JobArguments } from "../../../protocol/jobs/job-kinds.ts";
import type { LogLevel } from "../../../protocol/jobs/job-log.ts";
import type { JobHandler } from "../handler.ts";
import { outcomeOf, type QueueCommand } from "./device-command.ts";

export interface LogsParts {
  queue: QueueCommand;
  /** The newest lines of the gateway's own log, oldest first. */
  recent(lines: number): { level: LogLevel; message: string }[];
}

/** The newest lines of a log: a device's by the command `collect-logs`, which answers with them, or the gateway's own. */
export function logsCollectHandler({ queue, recent }: LogsParts): JobHandler {
  return {
    needsDevice: true,
    queue({ id, device, arguments: args }, deadline) {
      if (device === null) return null;
      const { lines } = args as JobArguments<"logs.collect">;
      return queue(device, id, deviceCommand({ command: "collect-logs", args: { lines }, deadline }));
    },
    async begin(attempt) {
      const { execution } = attempt;
      if (execution.device !== null) {
        await attempt.send();
        return null;
      }
      const { lines } = execution.arguments as JobArguments<"logs.collect">;
      const found = recent(lines);
      for (const { level, message } of found) attempt.log(level, message);
      return { ok: true, output: { lines: found.length } };
    },
    answered: (_execution, result) => outcomeOf(result),
  };
}
