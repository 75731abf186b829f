import { describeSkew } from "../../protocol/gateways/clock-skew.ts";
import { type Finding, fine, warning } from "./finding.ts";

/** What to do about a clock that is off. */
export const CLOCK_ADVICE =
  "The cloud shows readings at corrected times. Check NTP on this machine: `timedatectl status`.";

export interface TimeFacts {
  /** By how much this machine's clock is ahead of the cloud's, ms; null when nobody has compared them. */
  skewMs: number | null;
  /** Whether something keeps the clock right; null when that cannot be told here. */
  synchronised: boolean | null;
}

export function examineTime({ skewMs, synchronised }: TimeFacts): Finding {
  const skew = skewMs === null ? null : describeSkew(skewMs);
  if (skew !== null) return warning("clock", `${skew}, by the cloud's`, CLOCK_ADVICE);
  const says = skewMs === null ? "not compared with the cloud's yet" : "right, by the cloud's";
  if (synchronised !== false) return fine("clock", says);
  return warning(
    "clock",
    `${says}; but nothing keeps it right`,
    "Switch NTP on: `sudo timedatectl set-ntp true` (Debian's package systemd-timesyncd).",
  );
}

/** Asks systemd whether the clock is kept by NTP; null where it cannot tell. */
export function isSynchronised(): boolean | null {
  if (Bun.which("timedatectl") === null) return null;
  const { success, stdout } = Bun.spawnSync(
    ["timedatectl", "show", "--property=NTPSynchronized", "--value"],
    {
      stdout: "pipe",
      stderr: "ignore",
      timeout: 5_000,
    },
  );
  const said = stdout.toString().trim();
  return success && (said === "yes" || said === "no") ? said === "yes" : null;
}
