import { Command } from "commander";
import { accept } from "../../protocol/errors.ts";
import { openLog } from "../log/log.ts";
import { openCloud } from "./open-cloud.ts";
import { settingsOf, withSettings } from "./options.ts";
import { printResult } from "./output.ts";

/** `homepot-cloud keys`: what seals secrets and signs what browsers are sent. Works while the service runs and before. */
export function keysCommand(): Command {
  const keys = new Command("keys").description("what seals stored secrets, and what signs for browsers");
  withSettings(keys.command("rotate"), ["data"])
    .description("make another master key, and seal every stored secret anew")
    .option("--json", "print JSON")
    .action(rotate);
  withSettings(keys.command("rotate-vapid"), ["data"])
    .description("make another VAPID key; who subscribed with an older one keeps getting messages")
    .option("--json", "print JSON")
    .action(rotateVapid);
  return keys;
}

async function rotate({ json, ...rest }: Record<string, unknown>): Promise<void> {
  await using opened = await open(rest);
  const rotated = await opened.cloud.keys.rotate();
  printResult(json === true, rotated, ({ sealed, made }) => [
    made
      ? "There is a new master key. Back master.key up, apart from the database."
      : "The newest master key is used.",
    `${sealed} secrets are sealed anew.`,
  ]);
}

async function rotateVapid({ json, ...rest }: Record<string, unknown>): Promise<void> {
  await using opened = await open(rest);
  const rotated = await opened.cloud.vapid.rotate();
  printResult(json === true, accept(rotated), ({ publicKey, forgotten }) => [
    `Browsers subscribe with ${publicKey} from now on.`,
    `${forgotten} older keys were forgotten: nobody is subscribed with them any more.`,
  ]);
}

async function open(options: Record<string, unknown>) {
  const settings = settingsOf(options);
  const log = await openLog({ level: "warning", format: settings.logFormat });
  return openCloud(settings, log, "http://localhost");
}
