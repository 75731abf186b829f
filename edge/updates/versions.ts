import { join } from "node:path";
import * as v from "valibot";
import { RefusalError } from "../../protocol/errors.ts";
import { parseJson } from "../../protocol/json.ts";
import type { Disk } from "./disk.ts";
import { happenedMeanwhile, nextPhase, UPDATE_PHASES, type UpdateEvent } from "./update-machine.ts";

const SLOTS = ["a", "b"] as const;
export type Slot = (typeof SLOTS)[number];
export const PROGRAM_NAME = "homepot-edge";

const stateSchema = v.object({
  phase: v.picklist(UPDATE_PHASES),
  /** The execution of the job that wanted it. */
  execution: v.string(),
  version: v.string(),
  sequence: v.number(),
  sha256: v.string(),
  slot: v.picklist(SLOTS),
  before: v.object({ version: v.string(), sequence: v.number() }),
  /** The cloud was reached when it was switched, so that the new version has to reach it, too. */
  cloudBefore: v.boolean(),
  /** Bytes that came over the line. */
  downloadedBytes: v.number(),
  /** Why it failed. */
  reason: v.nullable(v.string()),
});
export type UpdateState = v.InferOutput<typeof stateSchema>;

export interface VersionsParts {
  /** The data directory. */
  directory: string;
  disk: Disk;
}

/**
 * The two slots, the links that say which of them runs, and how far an update is. Every step is written down before it is
 * taken, and is on the disk before the next one.
 */
export class Versions {
  readonly #disk: Disk;
  readonly #directory: string;

  constructor({ directory, disk }: VersionsParts) {
    this.#disk = disk;
    this.#directory = join(directory, "versions");
  }

  /** Where a download is kept, to go on with it after an interruption. */
  get downloadPath(): string {
    return join(this.#directory, "download");
  }

  programOf(slot: Slot): string {
    return join(this.#directory, slot, PROGRAM_NAME);
  }

  /** The last update; null before the first. */
  state(): UpdateState | null {
    const json = parseJson(this.#disk.read(this.#at("update.json")) ?? "");
    const read = v.safeParse(stateSchema, json.ok ? json.value : null);
    return read.success ? read.output : null;
  }

  /** An update begins: what the slot it takes held is gone. */
  begin(update: Omit<UpdateState, "phase" | "slot" | "reason" | "downloadedBytes">): UpdateState {
    const disk = this.#disk;
    disk.makeFolder(this.#directory);
    const slot = this.#freeSlot();
    const state: UpdateState = { ...update, slot, phase: "downloading", reason: null, downloadedBytes: 0 };
    this.#writeState(state);
    disk.remove(this.#at(slot));
    disk.makeFolder(this.#at(slot));
    disk.sync(this.#directory);
    return state;
  }

  /** The program is in its slot when `fill` has written it, whole and synced, to the path it is given. */
  async stage(state: UpdateState, fill: (path: string) => Promise<void>): Promise<UpdateState> {
    const disk = this.#disk;
    const { slot, sequence } = state;
    const path = this.programOf(slot);
    disk.makeFolder(this.#at(slot));
    await fill(`${path}.new`);
    disk.rename(`${path}.new`, path);
    this.#writeText(join(this.#at(slot), "sequence"), `${sequence}\n`);
    disk.sync(this.#directory);
    return this.#take(state, "stage");
  }

  /** From now on the launcher starts the program in the slot, on trial. */
  switch(state: UpdateState, cloudBefore: boolean): UpdateState {
    const disk = this.#disk;
    // Starts of an earlier trial must not count.
    disk.remove(this.#at("starts"));
    disk.sync(this.#directory);
    const switched = this.#take({ ...state, cloudBefore }, "switch");
    const unfinished = this.#at("trial.new");
    disk.remove(unfinished);
    disk.link(unfinished, state.slot);
    disk.rename(unfinished, this.#at("trial"));
    disk.sync(this.#directory);
    return switched;
  }

  /** The program on trial works: its link becomes that of the version that runs, in one step. */
  commit(): UpdateState | null {
    const disk = this.#disk;
    disk.rename(this.#at("trial"), this.#at("current"));
    disk.sync(this.#directory);
    const state = this.state();
    return state === null ? null : this.#take(state, "commit");
  }

  /** The program on trial does not work: the launcher starts the one before again. */
  rollBack(reason: string): UpdateState | null {
    const state = this.state();
    if (state !== null) this.#writeState({ ...state, reason });
    this.#disk.remove(this.#at("trial"));
    this.#disk.sync(this.#directory);
    return state === null ? null : this.#take({ ...state, reason }, "fail");
  }

  /** Brings what is written down in line with what has happened, when the program with `sequence` has started. */
  atStart(sequence: number): UpdateState | null {
    const state = this.state();
    if (state === null) return null;
    const event = happenedMeanwhile({
      phase: state.phase,
      isOnTrial: this.#disk.readLink(this.#at("trial")) !== null,
      wasStarted: this.#disk.exists(this.#at("starts")),
      isTarget: state.sequence === sequence,
    });
    if (event === null) return state;
    if (event !== "fail") return this.#take(state, event);
    this.#disk.remove(this.#at("trial"));
    this.#disk.sync(this.#directory);
    const reason = state.reason ?? (this.#starts() > 0 ? NEVER_READY : NEVER_STARTED);
    return this.#take({ ...state, reason }, "fail");
  }

  #starts(): number {
    return Number(this.#disk.read(this.#at("starts")) ?? 0);
  }

  /** The slot whose program is not the one that runs, nor would run next. */
  #freeSlot(): Slot {
    return this.#disk.readLink(this.#at("current")) === "a" ? "b" : "a";
  }

  #take(state: UpdateState, event: UpdateEvent): UpdateState {
    const phase = nextPhase(state.phase, event);
    if (!phase.ok) throw new RefusalError(phase.refusal);
    const taken = { ...state, phase: phase.value };
    this.#writeState(taken);
    return taken;
  }

  #writeState(state: UpdateState): void {
    this.#writeText(this.#at("update.json"), `${JSON.stringify(state)}\n`);
  }

  /** Whole or not at all, whenever the power goes. */
  #writeText(path: string, text: string): void {
    const disk = this.#disk;
    disk.write(`${path}.new`, text);
    disk.sync(`${path}.new`);
    disk.rename(`${path}.new`, path);
    disk.sync(join(path, ".."));
  }

  #at(name: string): string {
    return join(this.#directory, name);
  }
}

const NEVER_STARTED = "it could not be started, or another version was installed meanwhile";
const NEVER_READY = "it was started three times and never came as far as to show that it works";
