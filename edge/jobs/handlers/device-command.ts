import { type CommandResult, deviceCommand } from "../../../protocol/jobs/device-command.ts";
import type { JobArguments } from "../../../protocol/jobs/job-kinds.ts";
import type { Execution } from "../execution.ts";
import type { Attempt, JobHandler, Outcome } from "../handler.ts";

/** Publishes a command to a device. Resolves when the broker has it. */
export type PublishCommand = (device: string, execution: string, payload: string) => Promise<void>;

/** A command to a device over MQTT, and what the device answers. */
export function deviceCommandHandler(publish: PublishCommand): JobHandler {
  return {
    needsDevice: true,
    intent: intentToSend,
    begin(attempt) {
      const { command, args } = attempt.execution.arguments as JobArguments<"device.command">;
      return sendCommand(publish, attempt, command, args);
    },
    recover: (execution) => (wasSent(execution) ? "waits" : "again"),
    answered: (_execution, result) => outcomeOf(result),
  };
}

/**
 * That a command may have been published is written down before, because a device must not be told twice: in the commit that says
 * that its attempt begins, since each has the device wait for the disk.
 */
export function intentToSend({ device }: Execution, attempt: number): Execution["memo"] {
  return device === null ? null : { sent: attempt };
}

/** Publishes a command, of which {@link intentToSend} has been written down. Its answer, or that none came in time, ends the attempt. */
export async function sendCommand(
  publish: PublishCommand,
  { execution, deadlineMs }: Attempt,
  command: string,
  args: Record<string, unknown>,
): Promise<null> {
  await publish(execution.device!, execution.id, deviceCommand({ command, args, deadline: deadlineMs }));
  return null;
}

/** Whether the attempt that ran when the gateway went down may have reached the device. */
export function wasSent({ memo, attempt }: Execution): boolean {
  return memo?.sent === attempt;
}

export function outcomeOf(result: CommandResult): Outcome {
  if (!result.ok) return { ok: false, reason: `the device answered: ${result.error}` };
  return { ok: true, output: result.output };
}
