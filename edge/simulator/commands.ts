import type { Command } from "./command.ts";
import { collectLogs } from "./commands/collect-logs.ts";
import { ping } from "./commands/ping.ts";
import { restart } from "./commands/restart.ts";
import { updateConfig } from "./commands/update-config.ts";
import { updateFirmware } from "./commands/update-firmware.ts";
import { updatePaymentConfig } from "./commands/update-payment-config.ts";

/** Every command that a simulated device knows, by its name. */
export const COMMANDS: ReadonlyMap<string, Command> = new Map(
  [ping, restart, collectLogs, updateConfig, updatePaymentConfig, updateFirmware].map((command) => [
    command.name,
    command,
  ]),
);
