import type { Command } from "../command.ts";
import { TAKES, wait } from "../durations.ts";

/** Says that it is there, and what it is. */
export const ping: Command = {
  name: "ping",
  *follow(_args, { run, random }) {
    yield wait(TAKES.thinking, random);
    return { ok: true, output: { firmware: run.firmware, configVersion: run.config.version } };
  },
};
