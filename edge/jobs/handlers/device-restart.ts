import { deviceCommand } from "../../../protocol/jobs/device-command.ts";
import type { JobHandler } from "../handler.ts";
import { type QueueCommand, SENT_ONCE, wasSent } from "./device-command.ts";

/**
 * The command `restart` to a device. Done when the device says that it does it, or when it connects again after it was
 * told, which some do without a word; verified when it connects.
 */
export function deviceRestartHandler(queue: QueueCommand): JobHandler {
  return {
    ...SENT_ONCE,
    queue: ({ id, device }, deadline) =>
      queue(device!, id, deviceCommand({ command: "restart", args: {}, deadline })),
    cameBack: (execution) =>
      execution.state === "succeeded" || wasSent(execution) ? { ok: true, verified: true } : null,
  };
}
