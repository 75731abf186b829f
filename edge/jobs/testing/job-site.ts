import { getLogger } from "@logtape/logtape";
import type { Attributes } from "../../../protocol/devices/attributes.ts";
import { accept, refuse } from "../../../protocol/errors.ts";
import { readUplogEvent, type UplogEvent } from "../../../protocol/log/kinds.ts";
import { seededRandom } from "../../../protocol/seeded-random.ts";
import { ManualClock } from "../../../protocol/testing/manual-clock.ts";
import type { Topic } from "../../../protocol/topics/topics.ts";
import { DAY } from "../../../protocol/units.ts";
import { type EdgeDatabase, openDatabase } from "../../database/database.ts";
import { createDevices, type Devices } from "../../devices/devices.ts";
import type { FirmwareLibrary } from "../../firmware/firmware.ts";
import { createUplog, type Uplog } from "../../uplog/uplog.ts";
import { createHandlers, createJobs, type Jobs, type Wanted } from "../jobs.ts";
import type { JobLimits } from "../runner.ts";

const MOST_BYTES = 1_000_000;
/** The newest lines of the gateway's own log. */
const RECENT = [
  { level: "info", message: "one" },
  { level: "warning", message: "two" },
  { level: "info", message: "three" },
] as const;

/** Jobs at a site with a database and devices of its own, whose broker is only what was published. */
export class JobSite implements Disposable {
  readonly clock = new ManualClock(Date.UTC(2026, 5, 1, 12));
  readonly db: EdgeDatabase;
  readonly uplog: Uplog;
  readonly devices: Devices;
  /** Commands that devices were sent: to whom, for which execution, what. */
  readonly published: { device: string; execution: string; command: string; args: unknown }[] = [];
  /** Devices that would get a command now. */
  readonly hearing = new Set<string>();
  readonly configs = new Map<string, Record<string, unknown>>();
  readonly wantedVersions = new Map<string, number>();
  /** The bytes of firmware that the cloud has, by SHA-256. */
  readonly firmware = new Map<string, Uint8Array>();
  /** Parts that devices were sent. */
  readonly parts: { topic: Topic; bytes: Uint8Array }[] = [];
  /** Why the gateway cannot fetch firmware now; null when it can. */
  unreachable: string | null = null;
  restarts = 0;
  supervised = true;
  scriptsDirectory = "/nowhere";
  jobs: Jobs;
  #run = 0;
  #toldFrom = 0;

  constructor(
    devices: readonly string[] = ["till-1", "till-2"],
    limits: JobLimits = { running: 10, runningPerTarget: 1 },
  ) {
    const random = seededRandom(1);
    this.db = openDatabase(":memory:", { clock: this.clock, random });
    this.uplog = createUplog(this.db);
    this.devices = createDevices({ db: this.db, uplog: this.uplog, clock: this.clock, random });
    for (const device of devices) this.devices.add(device);
    this.limits = limits;
    this.jobs = this.#create();
  }

  readonly limits: JobLimits;

  /** Connects a device that subscribes to its commands. */
  connect(device: string): void {
    this.db.transaction(() => this.devices.setConnectivity(device, "online", "connected"));
    this.jobs.connected(device);
    this.hearing.add(device);
    this.jobs.subscribed(device, `homepot/${device}/command/+`);
  }

  disconnect(device: string): void {
    this.db.transaction(() => this.devices.setConnectivity(device, "offline", "gone"));
    this.hearing.delete(device);
  }

  /** The process dies and is started again: only what is in the database is left. */
  crash(): void {
    this.jobs.stop();
    this.jobs = this.#create();
    this.jobs.start();
  }

  want(wanted: Partial<Wanted> & { execution: string }): void {
    const all: Wanted = {
      job: "0192f0c1-0000-7000-8000-000000000001",
      jobKind: "device.command",
      arguments: { command: "blink", args: {} },
      device: "till-1",
      position: 0,
      timeoutMs: 60_000,
      retries: { max: 0, firstMs: 10_000, maxMs: 600_000 },
      slotMs: this.clock.nowMs(),
      expiresMs: this.clock.nowMs() + 3_600_000,
      ...wanted,
    };
    // One for the gateway names no device.
    const { device, ...rest } = all;
    const work = device === "" ? rest : all;
    this.db.transaction(() => this.jobs.apply({ kind: "job.execute", ...work }));
  }

  answer(
    device: string,
    execution: string,
    result: { ok: true; output?: unknown } | { ok: false; error: string },
  ): void {
    this.db.transaction(() => this.jobs.answered(device, execution, { channel: "result", result }));
  }

  /** Lets what was begun go on. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  }

  /** What the cloud was told since this was last asked, of these kinds. */
  told(...kinds: UplogEvent["kind"][]): UplogEvent[] {
    const events: UplogEvent[] = [];
    for (const entry of this.uplog.read("urgent", this.#toldFrom, MOST_BYTES)) {
      this.#toldFrom = entry.seq;
      const read = readUplogEvent(entry);
      if (read.ok && read.value.known && kinds.includes(read.value.event.kind)) events.push(read.value.event);
    }
    return events;
  }

  /** The states told since then, as `state` or `state: reason`. */
  states(): string[] {
    return this.told("job.state").map((event) => {
      if (event.kind !== "job.state") return "";
      return event.reason === undefined ? event.state : `${event.state}: ${event.reason}`;
    });
  }

  [Symbol.dispose](): void {
    this.jobs.stop();
    this.db.close();
  }

  /** A device says what it is. */
  describe(device: string, attributes: Attributes): void {
    this.db.transaction(() => {
      this.devices.setAttributes(device, attributes);
      this.jobs.described(device, attributes);
    });
  }

  /** Firmware is fetched in no time, or not while the cloud cannot be reached. */
  #library(): FirmwareLibrary {
    return {
      fetch: async ({ sha256 }, { signal, received, trouble }) => {
        const bytes = this.firmware.get(sha256);
        if (bytes === undefined) return refuse("record.not-found", `firmware with the SHA-256 ${sha256}`);
        if (this.unreachable !== null) trouble(this.unreachable);
        while (this.unreachable !== null && !signal.aborted)
          await new Promise<void>((resolve) => this.clock.after(1_000, resolve));
        received(bytes.length);
        return accept(undefined);
      },
      read: (sha256, offset, length) => this.firmware.get(sha256)?.slice(offset, offset + length) ?? null,
    };
  }

  #create(): Jobs {
    this.#run += 1;
    const { clock, db, uplog } = this;
    return createJobs({
      ...{
        db,
        uplog,
        clock,
        random: seededRandom(2),
        log: getLogger(["test"]),
        limits: this.limits,
        keepMs: 60 * DAY,
      },
      hasDevice: (device) => this.devices.get(device) !== null,
      hears: (device) => this.hearing.has(device),
      handlers: createHandlers({
        publish: async (...command) => this.#publish(...command),
        queue:
          (...command) =>
          async () =>
            this.#publish(...command),
        ping: {
          reach: (device) => ({ hears: this.hearing.has(device), says: `${device} is not connected` }),
          line: () => ({ state: "connected" }),
          monotonicMs: () => clock.monotonicMs(),
        },
        logs: { recent: (count) => RECENT.slice(-count) },
        sync: { uplog, clock, seal: () => undefined },
        restart: {
          restart: this.supervised ? () => (this.restarts += 1) : null,
          runId: String(this.#run),
          nowMs: () => clock.nowMs(),
        },
        update: async () => ({ ok: true, verified: true, output: {} }),
        firmware: {
          library: this.#library(),
          publishPart: async (topic, bytes) => void this.parts.push({ topic, bytes }),
          attributesOf: (device) => this.devices.get(device)?.attributes ?? {},
        },
        scriptsDirectory: this.scriptsDirectory,
        config: {
          reportedBy: (device) => this.configs.get(device) ?? null,
          wantedVersionOf: (device) => this.wantedVersions.get(device) ?? null,
          attributesOf: (device) => this.devices.get(device)?.attributes ?? {},
        },
      }),
    });
  }

  #publish(device: string, execution: string, payload: string): void {
    const { command, args } = JSON.parse(payload);
    this.published.push({ device, execution, command, args });
  }
}
