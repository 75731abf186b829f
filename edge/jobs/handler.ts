import type { Attributes } from "../../protocol/devices/attributes.ts";
import type { FirmwareWant } from "../../protocol/firmware/transfer.ts";
import type { CommandProgress, CommandResult } from "../../protocol/jobs/device-command.ts";
import type { LogLevel } from "../../protocol/jobs/job-log.ts";
import type { Execution } from "./execution.ts";

/**
 * How an attempt went. `verified`: it was also seen that what was wanted is so. `final`: another attempt would fail as
 * this one did.
 */
export type Outcome =
  | { ok: true; output?: unknown; verified?: boolean }
  | { ok: false; reason: string; final?: boolean };

/** How far an attempt is, as its device said. */
export interface Progressed {
  progress: CommandProgress;
  /** In place of what was kept for after a crash. */
  memo?: Execution["memo"];
  /** A line of its log. */
  line?: string;
}

/** An attempt under way. */
export interface Attempt {
  readonly execution: Execution;
  /** Aborted when somebody cancelled it, its time is over, or the gateway stops. */
  readonly signal: AbortSignal;
  /** Until when it may take, ms since 1970. */
  readonly deadlineMs: number;
  progress(said: { percent?: number | undefined; message?: string | undefined }): void;
  log(level: LogLevel, message: string): void;
  /** Sends what the handler has queued, and resolves when the broker has it. */
  send(): Promise<void>;
  /** Writes down, durably, what has to be known again after a crash. */
  note(memo: Record<string, unknown>): void;
}

/**
 * A kind of job at the gateway: one file each in `handlers/`, and a line in `handlers.ts`.
 *
 * That an attempt begins is written down before `begin` is called. What a kind does not say here is done by its entry in
 * `protocol/jobs/job-kinds.ts`: after a crash it is begun again when it may run twice, else it is interrupted.
 */
export interface JobHandler {
  /** Waits until its device is connected. Of no meaning for what runs on the gateway itself. */
  readonly needsDevice: boolean;
  /** What has to be known after a crash, before anything is done: written down with that the attempt (1, 2, …) begins. */
  intent?(execution: Execution, attempt: number): Execution["memo"];
  /**
   * Queues what is sent to the device as its attempt begins, in the commit that says so: another would have the device wait for the disk
   * once more. Gives what sends it, for `begin` to call; null where nothing is queued.
   */
  queue?(execution: Execution, deadlineMs: number): (() => Promise<void>) | null;
  /** Does the work. Null: something else will say what came of it, which is one of the functions below. */
  begin(attempt: Attempt): Promise<Outcome | null>;
  /** The gateway went down while it ran. `waits`: what was begun goes on elsewhere, and its answer still counts. */
  recover?(execution: Execution): "again" | "waits" | Outcome;
  /** The device has answered. Absent: no answer is expected. */
  answered?(execution: Execution, result: CommandResult): Outcome | null;
  /** The device says how far it is. What it gives is told to the cloud, and `memo` and `line` are kept. */
  progressed?(execution: Execution, said: CommandProgress): Progressed;
  /** The device asks for a part of what it was told of. Gives how far that is; null where nothing was given. */
  wanted?(execution: Execution, want: FirmwareWant): Promise<CommandProgress | null>;
  /** The device listens for commands (again): what it may not have heard can be told once more. */
  listens?(execution: Execution): void;
  /** The device says what it is. Also asked of what succeeded and is to be verified. */
  described?(execution: Execution, attributes: Attributes): Outcome | null;
  /** Why nothing came of it in its time, in words that go on after a colon. */
  lateBecause?(execution: Execution): string;
  /** The device has subscribed, as it does after a start. Also asked of what succeeded and is to be verified. */
  cameBack?(execution: Execution): Outcome | null;
  /** The device reports the configuration it runs with. */
  reported?(execution: Execution, config: Record<string, unknown>): Outcome | null;
}
