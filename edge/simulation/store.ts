import type { Database } from "bun:sqlite";
import type { SimulationSet } from "../../protocol/log/downlog/simulation-set.ts";
import type { Scenario } from "../../protocol/simulation/scenario.ts";
import type { DeviceMemory, LiveFault } from "../simulator/simulator.ts";

/** What is wanted. Times are ms since 1970. */
export interface Wanted {
  run: { id: string; scenario: Scenario; startedMs: number } | null;
  faults: LiveFault[];
  cleared: string[];
}

/** The SQL of what is to be simulated. Writing is the caller's transaction. */
export class SimulationStore {
  readonly #sqlite: Database;

  constructor(sqlite: Database) {
    this.#sqlite = sqlite;
  }

  wanted(): Wanted {
    const row = this.#sqlite
      .query<
        { run: string | null; scenario: string | null; started_ms: number; faults: string; cleared: string },
        []
      >("SELECT run, scenario, started_ms, faults, cleared FROM simulation")
      .get();
    if (row === null) return { run: null, faults: [], cleared: [] };
    const { run, scenario } = row;
    return {
      run:
        run === null || scenario === null
          ? null
          : { id: run, scenario: JSON.parse(scenario) as Scenario, startedMs: row.started_ms },
      faults: JSON.parse(row.faults) as LiveFault[],
      cleared: JSON.parse(row.cleared) as string[],
    };
  }

  /** Whether the run is another than before. Of faults that were there already, since when stays. */
  set({ run, faults, cleared }: SimulationSet, nowMs: number): boolean {
    const before = this.wanted();
    const isNew = run?.id !== before.run?.id;
    const since = new Map(before.faults.map(({ id, sinceMs }) => [id, sinceMs]));
    const live = faults.map((fault) => ({ ...fault, sinceMs: since.get(fault.id) ?? nowMs }));
    this.#sqlite
      .query(
        `INSERT INTO simulation (only, run, scenario, started_ms, faults, cleared) VALUES (1, ?1, ?2, ?3, ?4, ?5)
         ON CONFLICT DO UPDATE SET run = ?1, scenario = ?2, started_ms = ?3, faults = ?4, cleared = ?5`,
      )
      .run(
        run?.id ?? null,
        run === null ? null : JSON.stringify(run.scenario),
        isNew ? nowMs : (before.run?.startedMs ?? nowMs),
        JSON.stringify(live),
        JSON.stringify(cleared),
      );
    return isNew;
  }

  /** Devices that are to be removed once they have gone offline. */
  leave(devices: readonly string[]): void {
    const insert = this.#sqlite.query("INSERT OR IGNORE INTO simulated_leftover (device) VALUES (?)");
    for (const device of devices) insert.run(device);
  }

  leftovers(): string[] {
    return this.#sqlite
      .query<{ device: string }, []>("SELECT device FROM simulated_leftover ORDER BY device")
      .all()
      .map(({ device }) => device);
  }

  forgetLeftovers(): void {
    this.#sqlite.query("DELETE FROM simulated_leftover").run();
  }

  read(device: string): DeviceMemory {
    const row = this.#sqlite
      .query<{ memory: string }, [string]>("SELECT memory FROM simulated_memory WHERE device = ?")
      .get(device);
    return row === null ? {} : (JSON.parse(row.memory) as DeviceMemory);
  }

  write(device: string, memory: DeviceMemory): void {
    this.#sqlite
      .query("INSERT OR REPLACE INTO simulated_memory (device, memory) VALUES (?, ?)")
      .run(device, JSON.stringify(memory));
  }

  /** A new run begins with devices as they left the factory. */
  forgetMemories(): void {
    this.#sqlite.query("DELETE FROM simulated_memory").run();
  }
}
