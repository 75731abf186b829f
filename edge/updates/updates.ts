import type { Logger } from "@logtape/logtape";
import type { Clock } from "../../protocol/clock.ts";
import { type Refusal, type Result, refuse } from "../../protocol/errors.ts";
import type { Random } from "../../protocol/random.ts";
import type { Platform } from "../../protocol/releases/release.ts";
import type { VitalSign } from "../../protocol/supervision/supervision.ts";
import type { Disk } from "./disk.ts";
import { type Fetch, forgetDownload } from "./download.ts";
import { fetchRelease } from "./fetch-release.ts";
import { type Obtained, obtain } from "./obtain.ts";
import { probation } from "./probation.ts";
import type { UpdatePhase } from "./update-machine.ts";
import { type UpdateState, Versions } from "./versions.ts";

export { bringProgram } from "./bring.ts";
export { type Disk, realDisk } from "./disk.ts";
export { type DownloadParts, type Fetch, forgetDownload } from "./download.ts";
export { fetchRelease } from "./fetch-release.ts";
export { runsHere, sha256OfFile } from "./program-file.ts";
export { rebuild } from "./rebuild.ts";

/**
 * Updates of the gateway's own program, which the cloud asks for as a job and never decides about.
 *
 * Promises: nothing is started that the key of this installation has not signed, nor anything older than what runs; what
 * was downloaded is gone on with after an interruption; every step is on the disk before it is taken, so that after a power
 * cut at any point exactly one working version runs; a version that does not work is left for the one before, by itself.
 * It changes nothing outside the data directory, and which slot is started is the launcher's to say (`systemd/launcher.sh`).
 */
export interface Updates {
  /** Finds out what has happened to the last update. Before jobs are begun, which ask for that. */
  start(): void;
  /** The gateway runs: a version that is on trial is watched from here on. */
  watch(signs: readonly VitalSign[]): void;
  stop(): void;
  /** The last update, for people: how far it is, or why it failed. Null before the first. */
  last(): { phase: UpdatePhase; version: string; reason: string | null } | null;
  /**
   * Brings the gateway to a release. Asked again for the same execution, it goes on where it was, or says what came of it.
   * Null: this program ends now, and the next one that runs will say.
   */
  perform(attempt: UpdateAttempt): Promise<UpdateOutcome | null>;
}

export type UpdateOutcome =
  | { ok: true; verified: true; output: Record<string, unknown> }
  | { ok: false; reason: string; final?: boolean };

export interface UpdateAttempt {
  execution: string;
  /** Of the release; null for the newest. */
  sequence: number | null;
  signal: AbortSignal;
  progress(said: { percent?: number; message?: string }): void;
}

export interface UpdatesParts {
  clock: Clock;
  random: Random;
  log: Logger;
  fetch: Fetch;
  disk: Disk;
  dataDirectory: string;
  /** Where the key of releases lies. */
  keyPath: string;
  kibPerSecond: number;
  platform: Platform;
  /** What runs: its version, its release's sequence, the path of the program. */
  running: { version: string; sequence: number; program: string };
  /** How this program was started; null: by hand. */
  launchedAs: "trial" | "a" | "b" | "installed" | null;
  cloud: { url(): string | null; isConnected(): boolean };
  /** Ends this program and starts the one the launcher decides for. */
  handOver(): void;
  /** Whether a program can be started here and says that it is this version; else what it said. */
  tryProgram(path: string, version: string): Promise<Result<void>>;
}

export function createUpdates(parts: UpdatesParts): Updates {
  const { clock, log, disk, running, launchedAs, cloud, handOver } = parts;
  const versions = new Versions({ directory: parts.dataDirectory, disk });
  const stopped = new AbortController();
  let trial: PromiseWithResolvers<UpdateOutcome | null> | null = null;

  const watchTrial = async (signs: readonly VitalSign[]): Promise<UpdateOutcome | null> => {
    const state = versions.state();
    log.info("this version is on trial", { version: running.version, before: state?.before.version });
    const found = await probation({
      ...{ clock, signs, signal: stopped.signal },
      cloudNeeded: state?.cloudBefore ?? false,
      isConnected: cloud.isConnected,
    });
    if (found === "stopped") return null;
    if (found === "works") {
      const committed = versions.commit();
      log.info("this version works and stays", { version: running.version });
      return committed === null ? null : outcomeOf(committed);
    }
    log.error("this version does not work; the one before is started", { reason: found.failed });
    versions.rollBack(found.failed);
    handOver();
    return null;
  };

  const begin = async (attempt: UpdateAttempt): Promise<UpdateOutcome | null> => {
    const { execution, sequence, signal } = attempt;
    const cloudUrl = cloud.url();
    if (launchedAs === null || running.sequence === 0) {
      return failed(refuse("update.not-possible", "it was not installed from a release").refusal);
    }
    if (cloudUrl === null) return failed(refuse("update.not-possible", "it belongs to no cloud").refusal);
    if (trial !== null) return { ok: false, reason: "another update is on trial" };
    attempt.progress({ percent: 0, message: "asking for the release" });
    const found = await fetchRelease({ cloudUrl, sequence, beyond: running.sequence }, { ...parts, signal });
    if (!found.ok) return failed(found.refusal);
    const { release, file } = found.value;
    if (release.sequence === running.sequence) {
      return { ok: true, verified: true, output: { version: running.version, alreadyThere: true } };
    }
    const update = {
      ...{ execution, version: release.version, sequence: release.sequence, sha256: file.sha256 },
      before: { version: running.version, sequence: running.sequence },
      cloudBefore: false,
    };
    const obtained: Result<Obtained> = await obtain({ update, file, cloudUrl }, versions, {
      ...{ ...parts, signal, progress: attempt.progress },
      base: running.program,
    });
    if (!obtained.ok) return failed(obtained.refusal);
    if (signal.aborted) return { ok: false, reason: "it was stopped" };
    forgetDownload(versions.downloadPath);
    attempt.progress({ percent: 99, message: `switching to ${release.version}` });
    versions.switch(obtained.value.state, cloud.isConnected());
    log.info("switching to another version", { from: running.version, to: release.version });
    handOver();
    return null;
  };

  return {
    last() {
      const state = versions.state();
      return state === null ? null : { phase: state.phase, version: state.version, reason: state.reason };
    },
    start() {
      if (launchedAs === null) return;
      versions.atStart(running.sequence);
      if (launchedAs === "trial") trial = Promise.withResolvers();
    },
    watch(signs) {
      const watched = trial;
      if (watched === null) return;
      watchTrial(signs).then((outcome) => {
        trial = null;
        watched.resolve(outcome);
      }, watched.reject);
    },
    stop: () => stopped.abort(),
    async perform(attempt) {
      const state = versions.state();
      if (state?.execution === attempt.execution) {
        if (state.phase === "committed" || state.phase === "failed") return outcomeOf(state);
        if (state.phase === "trial" && trial !== null) return trial.promise;
      }
      return begin(attempt);
    },
  };
}

function outcomeOf({ phase, version, before, downloadedBytes, reason }: UpdateState): UpdateOutcome {
  if (phase === "committed") {
    return { ok: true, verified: true, output: { version, before: before.version, downloadedBytes } };
  }
  return { ok: false, final: true, reason: `${version} was taken back, ${before.version} runs: ${reason}` };
}

/** What another attempt would meet again is final. */
function failed({ code, detail }: Refusal): UpdateOutcome {
  const mayMend = code === "update.download-failed" || code === "release.damaged";
  return { ok: false, reason: detail, final: !mayMend };
}
