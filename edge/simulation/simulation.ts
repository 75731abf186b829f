import type { Logger } from "@logtape/logtape";
import type { Clock } from "../../protocol/clock.ts";
import type { SimulationSet } from "../../protocol/log/downlog/simulation-set.ts";
import { keysOf } from "../../protocol/simulation/scenario.ts";
import type { EdgeDatabase } from "../database/database.ts";
import type { Devices } from "../devices/devices.ts";
import type { BrokerAddress, Simulator } from "../simulator/simulator.ts";
import type { Uplog } from "../uplog/uplog.ts";
import { Reports } from "./reports.ts";
import { SimulationStore } from "./store.ts";

/**
 * The simulated devices that the cloud wants run at this site.
 *
 * Promises: what is wanted is stored in the transaction that moves the downlog's cursor, and runs from then on, through
 * restarts and while the cloud cannot be reached; its devices connect to this gateway's own broker as real ones do, and
 * are known as simulated wherever they are told of; how it goes is told to the cloud. A real device is never taken over.
 */
export interface Simulation {
  /** Runs what is wanted, at the broker that listens there. */
  start(broker: BrokerAddress): void;
  /** Every device says that it goes offline, and goes. What is wanted stays so. */
  stop(): Promise<void>;
  /** Takes in an entry of the downlog, inside the transaction that moves the cursor. */
  apply(event: SimulationSet): void;
  /** Tells the cloud how it goes, told before or not. Within the caller's transaction. */
  announce(): void;
}

export interface SimulationParts {
  db: EdgeDatabase;
  uplog: Uplog;
  devices: Devices;
  /** Where the passwords of the devices are kept. */
  dataDirectory: string;
  /** Devices were made or removed: the broker looks who it may let in. */
  devicesChanged(): void;
  /** Whether the cloud is there to hear how it goes. */
  isConnected(): boolean;
  clock: Clock;
  log: Logger;
  fetch: typeof fetch;
}

export function createSimulation(parts: SimulationParts): Simulation {
  return new SiteSimulation(parts);
}

class SiteSimulation implements Simulation {
  readonly #parts: SimulationParts;
  readonly #store: SimulationStore;
  readonly #reports: Reports;
  #broker: BrokerAddress | null = null;
  #running: { id: string; keys: string[]; simulator: Simulator } | null = null;
  #failure: string | null = null;
  /** One change after the other: devices take a moment to say goodbye. */
  #turn: Promise<void> = Promise.resolve();

  constructor(parts: SimulationParts) {
    this.#parts = parts;
    this.#store = new SimulationStore(parts.db.sqlite);
    this.#reports = new Reports(parts, () => ({
      run: this.#store.wanted().run?.id ?? null,
      simulator: this.#running?.simulator ?? null,
      keys: this.#running?.keys ?? [],
      failure: this.#failure,
    }));
  }

  start(broker: BrokerAddress): void {
    this.#broker = broker;
    this.#reports.start();
    this.#change();
  }

  async stop(): Promise<void> {
    this.#reports.stop();
    this.#broker = null;
    this.#change();
    await this.#turn;
  }

  apply(event: SimulationSet): void {
    const { db, clock } = this.#parts;
    const before = this.#store.wanted().run;
    const isNew = this.#store.set(event, clock.nowMs());
    if (isNew) {
      this.#store.forgetMemories();
      if (before !== null && (event.removeDevices || event.run !== null)) {
        const kept = new Set(event.run === null ? [] : keysOf(event.run.scenario));
        this.#store.leave(keysOf(before.scenario).filter((key) => !kept.has(key)));
      }
    }
    db.whenDurable(() => this.#change());
  }

  announce(): void {
    if (this.#store.wanted().run !== null) this.#reports.tell();
  }

  #change(): void {
    const { log } = this.#parts;
    this.#turn = this.#turn
      .then(() => this.#reconcile())
      .catch((error: unknown) => log.error("the simulation could not be changed", { error }));
  }

  /** Makes what runs what is wanted. */
  async #reconcile(): Promise<void> {
    const { run, faults, cleared } = this.#store.wanted();
    const goesOn = this.#broker !== null && this.#running !== null && this.#running.id === run?.id;
    if (!goesOn) {
      await this.#running?.simulator.stop();
      this.#running = null;
    }
    if (this.#broker === null) return;
    this.#removeLeftovers();
    this.#failure = null;
    if (!goesOn && run !== null) await this.#run(run, this.#broker);
    this.#running?.simulator.setFaults(faults, cleared);
    this.#reports.look();
  }

  async #run(
    { id, scenario, startedMs }: NonNullable<ReturnType<SimulationStore["wanted"]>["run"]>,
    broker: BrokerAddress,
  ): Promise<void> {
    const { db, devices, dataDirectory, devicesChanged, clock, log, fetch } = this.#parts;
    // Few gateways simulate, and its MQTT client would cost all of them time at the start, and memory.
    const { createSimulator, httpDownload, provideCredentials } = await import("../simulator/simulator.ts");
    const keys = keysOf(scenario);
    const passwords = db.transaction(() => provideCredentials(dataDirectory, keys, devices));
    devicesChanged();
    if (!passwords.ok) {
      this.#failure = `${passwords.refusal.detail}: a device of this name is there already`;
      log.warn("the simulation cannot run", { run: id, ...passwords.refusal });
      return;
    }
    const simulator = createSimulator({
      ...{ scenario, broker, startedMs, clock, log },
      passwords: passwords.value,
      memories: {
        read: (key) => this.#store.read(key),
        write: (memories) =>
          db.transaction(() => {
            // While its devices say goodbye another may be wanted, whose devices are as they left the factory.
            if (this.#store.wanted().run?.id !== id) return;
            for (const [key, memory] of memories) this.#store.write(key, memory);
          }),
      },
      download: httpDownload(fetch),
    });
    this.#running = { id, keys, simulator };
    simulator.start();
    log.info("simulated devices run", { run: id, scenario: scenario.name, devices: keys.length });
  }

  /** Devices of a run that has ended, none of them real. */
  #removeLeftovers(): void {
    const { db, devices, devicesChanged } = this.#parts;
    const leftovers = this.#store.leftovers();
    if (leftovers.length === 0) return;
    db.transaction(() => {
      for (const key of leftovers) if (devices.get(key)?.provenance === "simulated") devices.remove(key);
      this.#store.forgetLeftovers();
    });
    devicesChanged();
  }
}
