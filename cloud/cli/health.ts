import { Command } from "commander";
import { ownHost } from "../../protocol/settings/setting.ts";
import { answersReady } from "../supervision/supervision.ts";
import { settingsOf, withSettings } from "./options.ts";

/** `homepot-cloud health`: for what watches a service that is not systemd, such as a container's health check. */
export function healthCommand(): Command {
  const command = new Command("health").description(
    "ask the service of this machine whether it is ready; ends with 1 when it is not",
  );
  return withSettings(command, ["listen"]).action(health);
}

async function health(options: Record<string, unknown>): Promise<void> {
  const { host, port } = settingsOf(options).listen;
  const own = ownHost(host);
  const fault = await answersReady(new URL(`http://${own.includes(":") ? `[${own}]` : own}:${port}`))();
  if (fault !== null) process.exitCode = 1;
  process.stdout.write(`${fault === null ? "ready" : fault.says}\n`);
}
