import { type Command, Option } from "commander";
import { RefusalError } from "../../protocol/errors.ts";
import { optionName } from "../../protocol/settings/settings.ts";
import { readConfig } from "../config/config.ts";
import { CLOUD_SETTINGS, type CloudSettings } from "../config/settings.ts";

type SettingKey = keyof typeof CLOUD_SETTINGS;

/** Gives a command `--config` and an option for each of these settings. */
export function withSettings(command: Command, keys: readonly SettingKey[]): Command {
  command.option("--config <file>", "TOML file with settings");
  for (const key of keys) {
    const { name, about } = CLOUD_SETTINGS[key];
    command.addOption(new Option(`--${optionName(name)} <value>`, about));
  }
  return command;
}

/** The settings for a command's options. Throws a RefusalError that `main.ts` turns into exit code 2. */
export function settingsOf(options: Record<string, unknown>): CloudSettings {
  const named = Object.entries(options).map(([key, value]) => [dashed(key), value]);
  const settings = readConfig(Object.fromEntries(named));
  if (!settings.ok) throw new RefusalError(settings.refusal);
  return settings.value;
}

/** commander gives `mqttListen` for `--mqtt-listen`. */
function dashed(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
