import type { ConfigValues, Json } from "../../protocol/config/device-config.ts";

/** What a value must be, in words for whoever configures the device; null when it is that. */
export type Setting = (value: Json) => string | null;
export type Settings = Readonly<Record<string, Setting>>;

export function numberSetting(least: number, most: number, unit: string): Setting {
  return (value) =>
    typeof value === "number" && value >= least && value <= most
      ? null
      : `must be a number from ${least} to ${most} ${unit}`;
}

export function choiceSetting(choices: readonly string[]): Setting {
  return (value) =>
    typeof value === "string" && choices.includes(value) ? null : `must be ${choices.join(" or ")}`;
}

/** What is wrong with a configuration, naming each field; null when nothing is. Names nobody knows are let be. */
export function refusedBy(settings: Settings, config: ConfigValues): string | null {
  const wrong = Object.entries(settings).flatMap(([name, setting]) => {
    const value = config[name];
    const problem = value === undefined ? null : setting(value);
    return problem === null ? [] : [`${name}: ${problem}`];
  });
  return wrong.length === 0 ? null : wrong.join("; ");
}
