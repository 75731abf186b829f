import { Command } from "commander";
import { accept, type Result, refuse } from "../../protocol/errors.ts";
import { openLog } from "../log/log.ts";
import { openCloud } from "./open-cloud.ts";
import { settingsOf, withSettings } from "./options.ts";
import { printResult } from "./output.ts";
import { publicUrlOf } from "./public-url.ts";

/** `homepot-cloud setup-link`: another link that makes the first account. Works while the service runs and before. */
export function setupLinkCommand(): Command {
  const command = new Command("setup-link")
    .description("print a new link that makes the first account, once, within a day; the one before is void")
    .option("--json", "print JSON");
  return withSettings(command, ["data", "listen", "publicUrl"]).action(setupLink);
}

async function setupLink({ json, ...rest }: Record<string, unknown>): Promise<void> {
  const settings = settingsOf(rest);
  const log = await openLog({ level: "warning", format: settings.logFormat });
  const publicUrl = publicUrlOf(settings);
  await using opened = await openCloud(settings, log, publicUrl);
  const token = await opened.cloud.accounts.beginSetup();
  const made: Result<{ link: string }> =
    token === null
      ? refuse("setup.done", `somebody has one in ${settings.data}`)
      : accept({ link: `${publicUrl}/setup?token=${token}` });
  printResult(json === true, made, ({ link }) => [
    link,
    "",
    "Good once, for a day, while `homepot-cloud serve` runs with this data directory. Every link before it is void.",
  ]);
}
