import { type CommandResult, deviceCommand } from "../../../protocol/jobs/device-command.ts";
import type { JobArguments } from "../../../protocol/jobs/job-kinds.ts";
import type { Execution } from "../execution.ts";
import type { JobHandler, Outcome } from "../handler.ts";

/** Publishes a command to a device. Resolves when the broker has it. */
export type PublishCommand = (device: string, execution: string, payload: string) => Promise<void>;

/** The same in two steps: queued within the transaction under way, and sent by what is returned, after its commit. */
export type QueueCommand = (device: string, execution: string, payload: string) => () => Promise<void>;

/** A command to a device over MQTT, and what the device answers. */
export function deviceCommandHandler(queue: QueueCommand): JobHandler {
  return {
    ...SENT_ONCE,
    queue(execution, deadline) {
      const { command, args } = execution.arguments as JobArguments<"device.command">;
      return queue(execution.device!, execution.id, deviceCommand({ command, args, deadline }));
    },
  };
}

/** Of a kind whose attempt is one command to a device, which must not be told twice: its end is what the device answers. */
export const SENT_ONCE = {
  needsDevice: true,
  intent: intentToSend,
  async begin(attempt) {
    await attempt.send();
    return null;
  },
  recover: (execution) => (wasSent(execution) ? "waits" : "again"),
  answered: (_execution, result) => outcomeOf(result),
} satisfies Partial<JobHandler>;

/**
 * That a command may have been published is written down before, because a device must not be told twice: in the commit that says
 * that its attempt begins, since each has the device wait for the disk.
 */
export function intentToSend({ device }: Execution, attempt: number): Execution["memo"] {
  return device === null ? null : { sent: attempt };
}

/** Whether the attempt that ran when the gateway went down may have reached the device. */
export function wasSent({ memo, attempt }: Execution): boolean {
  return memo?.sent === attempt;
}

export function outcomeOf(result: CommandResult): Outcome {
  if (!result.ok) return { ok: false, reason: `the device answered: ${result.error}` };
  return { ok: true, output: result.output };
}
