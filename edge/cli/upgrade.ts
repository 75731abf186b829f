import { existsSync } from "node:fs";
import { Command } from "commander";
import { RefusalError } from "../../protocol/errors.ts";
import { secureRandom, systemClock } from "../clock/clock.ts";
import { fetchThrough } from "../config/proxy.ts";
import { PLATFORM, SEQUENCE } from "../config/version.ts";
import { awaitLine, examine, INSTALLED_SETTINGS, realHost, upgrade } from "../installation/installation.ts";
import { runsHere } from "../updates/updates.ts";
import { settingsOf, withSettings } from "./options.ts";

const say = (line: string): void => void process.stdout.write(`${line}\n`);

interface UpgradeArguments extends Record<string, unknown> {
  config?: string;
  from?: string;
  dryRun?: boolean;
}

/** `homepot-edge upgrade`: the newest release of the cloud, or one from a stick, now and from here. */
export function upgradeCommand(): Command {
  const command = new Command("upgrade")
    .description("bring the installed gateway to a newer release, from its cloud or a folder")
    .option("--from <folder>", "a folder with a release, as on a stick, instead of the cloud's newest")
    .option("--dry-run", "say what would be done, and do nothing");
  return withSettings(command, []).action(run);
}

async function run({ from, dryRun = false, ...options }: UpgradeArguments): Promise<void> {
  const config = options.config ?? (existsSync(INSTALLED_SETTINGS) ? INSTALLED_SETTINGS : undefined);
  const settings = settingsOf({ ...options, ...(config === undefined ? {} : { config }) });
  const parts = {
    ...{ host: realHost(), isRoot: process.getuid?.() === 0, say, tryProgram: runsHere },
    wait: (ms: number) => Bun.sleepSync(ms),
    ...{ fetch: fetchThrough(settings.cloudProxy), clock: systemClock, random: secureRandom },
    kibPerSecond: settings.updatesKibPerSecond,
  };
  const wanted = { from: from ?? null, keyPath: settings.updatesKey, sequence: SEQUENCE, platform: PLATFORM };
  const upgraded = await upgrade({ ...wanted, dryRun }, parts);
  if (!upgraded.ok) throw new RefusalError(upgraded.refusal);
  if (upgraded.value === null) say("There is nothing newer than what runs.");
  if (upgraded.value === null || dryRun) return;
  awaitLine(parts);
  say(`\n${examine(parts).said}\n\nThe gateway runs ${upgraded.value}.`);
}
