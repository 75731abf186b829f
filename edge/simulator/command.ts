import type { Json } from "../../protocol/config/device-config.ts";
import type { Result } from "../../protocol/errors.ts";
import type { FirmwareOffer, FirmwareStage } from "../../protocol/firmware/transfer.ts";
import type { Random } from "../../protocol/random.ts";
import type { DeviceRun } from "./device-run.ts";
import type { Work } from "./fault.ts";

/** What a device does next while it follows a command, in its own time. */
export type Beat =
  | { do: "wait"; ms: number }
  | { do: "progress"; percent: number; message: string; stage?: FirmwareStage }
  | { do: "log"; message: string; level?: "info" | "warning" | "error" }
  /** Goes away without having lost its line for any fault of its own, and comes back after so long. */
  | { do: "restart"; ms: number }
  /** Fetches JSON; the step is answered with what came of it. */
  | { do: "download"; url: string }
  /** Fetches bytes; the step is answered with `{sha256, sizeBytes}` of them. */
  | { do: "download-digest"; url: string }
  /** Takes a firmware from the gateway, part by part; the step is answered with `{sha256, sizeBytes}` of what came. */
  | { do: "receive"; offer: FirmwareOffer }
  | { do: "report-config" };

export type Outcome = { ok: true; output: Json } | { ok: false; error: string };

/**
 * How a device follows a command: the beats of its work, and then how it went. Who runs it answers each beat before it
 * asks for the next, so that a command is tested without a broker and without waiting.
 */
export type Course = Generator<Beat, Outcome, Result<Json> | undefined>;

export interface Command {
  /** As it is called in `{"command": …}`. */
  name: string;
  follow(args: Record<string, unknown>, device: CommandedDevice): Course;
}

/** What a command may see and do of its device. */
export interface CommandedDevice {
  run: DeviceRun;
  /** Dice of this command alone: another at the same time does not change what they show. */
  random: Random;
  /** Why work of this kind fails on it now; null when it does not. Asked when the work gets there. */
  refuses(work: Work): string | null;
  /** Work failed for what it refuses: it shows it as long as the cause lasts. */
  sicken(work: Work): void;
}
