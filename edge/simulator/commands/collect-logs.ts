import type { Command } from "../command.ts";
import { TAKES, wait } from "../durations.ts";

const LINES = [
  "line to the broker is up",
  "configuration read from flash",
  "time set by the gateway",
  "self test passed",
  "heap 62 % free",
  "watchdog fed",
];
const LINES_MAX = 1_000;

/** Sends the newest lines of its own log. Takes `lines`, 20 when absent. */
export const collectLogs: Command = {
  name: "collect-logs",
  *follow({ lines = 20 }, { run, random }) {
    if (!Number.isInteger(lines) || Number(lines) < 1 || Number(lines) > LINES_MAX)
      return { ok: false, error: `lines: must be a whole number from 1 to ${LINES_MAX}` };
    yield wait(TAKES.thinking, random);
    for (let line = 0; line < Number(lines); line += 1) {
      const text = LINES[Math.floor(random.next() * LINES.length)]!;
      yield { do: "log", message: `${run.key} ${run.firmware}: ${text}` };
    }
    return { ok: true, output: { lines: Number(lines) } };
  },
};
