import type { JobKind } from "../../protocol/jobs/job-kinds.ts";
import type { JobHandler } from "./handler.ts";
import { type ConfigParts, configSetHandler } from "./handlers/config-set.ts";
import { deviceCommandHandler, type PublishCommand, type QueueCommand } from "./handlers/device-command.ts";
import { deviceRestartHandler } from "./handlers/device-restart.ts";
import { type FirmwareParts, firmwareTransferHandler } from "./handlers/firmware-transfer.ts";
import { gatewayRestartHandler, type RestartParts } from "./handlers/gateway-restart.ts";
import { gatewayUpdateHandler, type PerformUpdate } from "./handlers/gateway-update.ts";
import { type LogsParts, logsCollectHandler } from "./handlers/logs-collect.ts";
import { type PingParts, pingHandler } from "./handlers/ping.ts";
import { scriptRunHandler } from "./handlers/script-run.ts";
import { type SyncParts, syncNowHandler } from "./handlers/sync-now.ts";

export interface HandlerParts {
  publish: PublishCommand;
  queue: QueueCommand;
  ping: Omit<PingParts, "publish">;
  logs: Omit<LogsParts, "queue">;
  sync: SyncParts;
  restart: RestartParts;
  update: PerformUpdate;
  firmware: Omit<FirmwareParts, "publish">;
  /** Where scripts lie that may be run. */
  scriptsDirectory: string;
  config: ConfigParts;
}

/** What this gateway can do, by the kind of job. A new kind is a file in `handlers/` and a line here. */
export function createHandlers(parts: HandlerParts): ReadonlyMap<string, JobHandler> {
  const { publish, queue, ping, logs, sync, restart, update, firmware, scriptsDirectory, config } = parts;
  const handlers: Partial<Record<JobKind, JobHandler>> = {
    "device.command": deviceCommandHandler(queue),
    "device.restart": deviceRestartHandler(queue),
    "config.set": configSetHandler(config),
    "firmware.transfer": firmwareTransferHandler({ ...firmware, publish }),
    ping: pingHandler({ ...ping, publish }),
    "logs.collect": logsCollectHandler({ ...logs, queue }),
    "sync.now": syncNowHandler(sync),
    "gateway.restart": gatewayRestartHandler(restart),
    "gateway.update": gatewayUpdateHandler(update),
    "script.run": scriptRunHandler(scriptsDirectory),
  };
  return new Map(Object.entries(handlers));
}
