import type { FaultInput, ScenarioFault } from "../../protocol/simulation/fault.ts";
import { type ActiveFault, activeAt, faultsOf, scenarioFaults, type TimedFault } from "./faults.ts";

/** A fault that was injected while the simulation ran. */
export interface LiveFault extends FaultInput {
  id: string;
  /** When, ms since 1970. */
  sinceMs: number;
}

/** The faults of a run: those of its scenario but the ones that were taken away, and those injected since. */
export class RunFaults {
  readonly #scenario: readonly TimedFault[];
  readonly #scenarioMs: (wallMs: number) => number;
  #all: readonly TimedFault[];
  #byDevice = new Map<string, readonly TimedFault[]>();

  /** `scenarioMs`: how far the scenario had got when the wall clock showed this. */
  constructor(faults: readonly ScenarioFault[], scenarioMs: (wallMs: number) => number) {
    this.#scenario = scenarioFaults(faults);
    this.#scenarioMs = scenarioMs;
    this.#all = this.#scenario;
  }

  set(live: readonly LiveFault[], cleared: readonly string[]): void {
    this.#all = [
      ...this.#scenario.filter(({ id }) => !cleared.includes(id)),
      ...live.map(({ sinceMs, ...fault }) => ({
        ...fault,
        fromMs: this.#scenarioMs(sinceMs),
        untilMs: null,
      })),
    ];
    this.#byDevice.clear();
  }

  /** Those that a device has at a time of the scenario, ms. */
  of(key: string, scenarioMs: number): readonly ActiveFault[] {
    let known = this.#byDevice.get(key);
    if (known === undefined) {
      known = faultsOf(key, this.#all);
      this.#byDevice.set(key, known);
    }
    return known.length === 0 ? NONE : activeAt(scenarioMs, known);
  }

  /** Whether a device has, or will have, any. */
  concern(key: string): boolean {
    return this.#all.length > 0 && (this.#byDevice.get(key) ?? faultsOf(key, this.#all)).length > 0;
  }

  /** Those that somebody has then. */
  active(scenarioMs: number): readonly TimedFault[] {
    const ids = new Set(activeAt(scenarioMs, this.#all).map(({ id }) => id));
    return this.#all.filter(({ id }) => ids.has(id));
  }
}

const NONE: readonly ActiveFault[] = [];
