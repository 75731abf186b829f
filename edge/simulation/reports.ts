import type { Clock } from "../../protocol/clock.ts";
import { toEntry } from "../../protocol/log/kinds.ts";
import type { SimulationStatus } from "../../protocol/log/uplog/simulation-status.ts";
import { anyMeans } from "../../protocol/simulation/fault.ts";
import { SECOND } from "../../protocol/units.ts";
import type { EdgeDatabase } from "../database/database.ts";
import type { Simulator } from "../simulator/simulator.ts";
import type { Uplog } from "../uplog/uplog.ts";

export interface ReportsParts {
  db: EdgeDatabase;
  uplog: Uplog;
  isConnected(): boolean;
  clock: Clock;
}

/** What there is to tell of. */
export interface Told {
  run: string | null;
  simulator: Simulator | null;
  keys: readonly string[];
  failure: string | null;
}

const LOOK_MS = 1 * SECOND;
/** So often while the cloud hears it, and no sooner than that when it changes by itself. */
const TELL_EVERY_MS = 10 * SECOND;
const TELL_AGAIN_MS = 2 * SECOND;
const TROUBLE_MAX_LENGTH = 500;

/**
 * Tells the cloud how the simulation goes, in the uplog. What people did is told at once and always; what changes by
 * itself only while the cloud is there, so that a long time without it leaves no heap of old news.
 */
export class Reports {
  readonly #parts: ReportsParts;
  readonly #source: () => Told;
  #cancel = (): void => undefined;
  #toldMs = Number.NEGATIVE_INFINITY;
  #toldState = "";
  #toldAll = "";
  #messages = 0;
  #measuredMs = 0;

  constructor(parts: ReportsParts, source: () => Told) {
    this.#parts = parts;
    this.#source = source;
  }

  start(): void {
    this.#measuredMs = this.#parts.clock.monotonicMs();
    this.#later();
  }

  stop(): void {
    this.#cancel();
  }

  /** Looks whether there is anything new to tell. */
  look(): void {
    const { isConnected, clock } = this.#parts;
    const report = this.#report();
    const state = JSON.stringify([report.run, report.state]);
    const all = JSON.stringify({ ...report, messages: 0, messagesPerSecond: 0 });
    const agoMs = clock.monotonicMs() - this.#toldMs;
    const isNew = state !== this.#toldState && !(this.#toldState === "" && report.run === null);
    const isDue =
      isConnected() &&
      report.run !== null &&
      (agoMs >= TELL_EVERY_MS || (agoMs >= TELL_AGAIN_MS && all !== this.#toldAll));
    if (isNew || isDue) this.tell();
  }

  tell(): void {
    const { db, uplog, clock } = this.#parts;
    const report = this.#report();
    const nowMs = clock.monotonicMs();
    const seconds = Math.max(1, nowMs - this.#measuredMs) / SECOND;
    const messagesPerSecond = Math.max(0, report.messages - this.#messages) / seconds;
    this.#messages = report.messages;
    this.#measuredMs = nowMs;
    this.#toldMs = nowMs;
    this.#toldState = JSON.stringify([report.run, report.state]);
    this.#toldAll = JSON.stringify({ ...report, messages: 0, messagesPerSecond: 0 });
    const rounded = Math.round(messagesPerSecond * 10) / 10;
    db.transaction(() => uplog.append(toEntry({ ...report, messagesPerSecond: rounded }, clock.nowMs())));
  }

  #later(): void {
    this.#cancel = this.#parts.clock.after(LOOK_MS, () => {
      this.look();
      this.#later();
    });
  }

  #report(): SimulationStatus {
    const { run, simulator, keys, failure } = this.#source();
    const { devices = 0, connected = 0, published = 0, trouble = null } = simulator?.progress ?? {};
    const faults = (simulator?.activeFaults() ?? []).map(({ id, which }) => ({
      id,
      devices: keys.filter((key) => anyMeans(which, key)).length,
    }));
    const why = failure ?? (connected < devices ? trouble : null);
    return {
      kind: "simulation.status",
      run,
      state: failure !== null ? "failed" : simulator === null ? "stopped" : "running",
      devices,
      connected,
      messages: published,
      messagesPerSecond: 0,
      faults,
      trouble: why === null ? null : why.slice(0, TROUBLE_MAX_LENGTH),
    };
  }
}
