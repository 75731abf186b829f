import { existsSync } from "node:fs";
import { Command } from "commander";
import { type ListenAddress, ownHost } from "../../protocol/settings/setting.ts";
import type { VitalSign } from "../../protocol/supervision/supervision.ts";
import { systemClock } from "../clock/clock.ts";
import { EDGE_SETTINGS } from "../config/settings.ts";
import { brokerAnswers, databaseTakesWrites } from "../supervision/supervision.ts";
import { readStatusFile } from "../uplink/uplink.ts";
import { databasePath, openDataDirectory } from "./data-directory.ts";
import { gatewayRuns } from "./only-gateway.ts";
import { settingsOf, withSettings } from "./options.ts";

/**
 * `homepot-edge health`: for what watches a service that is not systemd, such as a container's health check. It looks at
 * what systemd is told of: the broker and the database. The line to the cloud is none of it, since the site is served
 * without.
 */
export function healthCommand(): Command {
  const command = new Command("health").description(
    "whether the gateway takes connections and its database commits; ends with 1 when not",
  );
  return withSettings(command, ["data", "mqttListen"]).action(health);
}

async function health(options: Record<string, unknown>): Promise<void> {
  const { data, mqttListen } = settingsOf(options);
  const fault = await faultOf(data, mqttListen);
  if (fault?.fatal === true) process.exitCode = 1;
  process.stdout.write(`${fault === null ? "healthy" : fault.says}\n`);
}

async function faultOf(data: string, listen: ListenAddress): ReturnType<VitalSign> {
  if (!existsSync(databasePath(data)) || !gatewayRuns(data)) {
    return { fatal: true, says: `no gateway runs on ${data}` };
  }
  // Where it really listens, when its port was any.
  const told = EDGE_SETTINGS.mqttListen.read(readStatusFile(data)?.mqttListen);
  const { host, port } = (told.ok ? told.value : null) ?? listen;
  const broker = await brokerAnswers(() => ({ hostname: ownHost(host), port }), systemClock)();
  if (broker !== null) return broker;
  using db = openDataDirectory(data);
  return await databaseTakesWrites(db)();
}
