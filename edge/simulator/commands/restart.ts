import type { Command } from "../command.ts";
import { TAKES, takes, wait } from "../durations.ts";

/** Goes down, comes up again, and says so. */
export const restart: Command = {
  name: "restart",
  *follow(_args, { run, random }) {
    yield { do: "progress", percent: 10, message: "restarting" };
    yield wait(TAKES.thinking, random);
    const ms = takes(TAKES.restarting, random);
    yield { do: "restart", ms };
    return { ok: true, output: { firmware: run.firmware, tookMs: ms } };
  },
};
