import type { ConfigValues } from "../../../protocol/config/device-config.ts";
import { isJsonObject } from "../../../protocol/json.ts";
import type { Command } from "../command.ts";
import { configure } from "../configure.ts";

/** Adds settings to those it runs with. Takes `config`, and `version`, one more than the present one when absent. */
export const updateConfig: Command = {
  name: "update-config",
  *follow({ config, version }, device) {
    if (!isJsonObject(config)) return { ok: false, error: "config: must be a JSON object" };
    if (version !== undefined && !(Number.isSafeInteger(version) && Number(version) >= 0))
      return { ok: false, error: "version: must be a whole number" };
    const before = device.run.config;
    return yield* configure(
      {
        version: version === undefined ? before.version + 1 : Number(version),
        config: { ...before.config, ...(config as ConfigValues) },
      },
      device,
    );
  },
};
