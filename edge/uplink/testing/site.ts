import { getLogger } from "@logtape/logtape";
import { CHUNK_KIND, type DownlogEvent, toEntry } from "../../../protocol/log/kinds.ts";
import { seededRandom } from "../../../protocol/seeded-random.ts";
import type { Reading } from "../../../protocol/telemetry/reading.ts";
import { ManualClock } from "../../../protocol/testing/manual-clock.ts";
import { type ClockSteps, createClockSteps } from "../../clock-steps/clock-steps.ts";
import { zstd } from "../../compression/zstd.ts";
import { type EdgeDatabase, openDatabase } from "../../database/database.ts";
import { createEnrolment, type Enrolment } from "../../enrolment/enrolment.ts";
import { createGroupCommit } from "../../telemetry/group-commit.ts";
import { createUplog, type Uplog } from "../../uplog/uplog.ts";
import { connectWebSocket } from "../line.ts";
import { createUplink, type Uplink } from "../uplink.ts";
import { until } from "./until.ts";

/** A gateway's cloud-facing half on a real database, with a clock that stands still until it is told to move. */
export class Site implements Disposable {
  readonly clock = new ManualClock();
  readonly db: EdgeDatabase;
  readonly uplog: Uplog;
  readonly enrolment: Enrolment;
  readonly uplink: Uplink;
  readonly clockSteps: ClockSteps;
  readonly applied: DownlogEvent[] = [];
  readonly sealed: (readonly string[])[] = [];
  /** How often the uplink has dialled. */
  dials = 0;
  applyDownlog: (event: DownlogEvent) => void = (event) => {
    this.applied.push(event);
  };
  #listener: ((device: string, readings: readonly Reading[]) => void) | null = null;

  constructor(directory: string, seed = 1) {
    const random = seededRandom(seed);
    const log = getLogger(["test"]);
    this.db = openDatabase(`${directory}/edge.db`, { clock: this.clock, random });
    this.uplog = createUplog(this.db);
    const { db, uplog, clock } = this;
    this.enrolment = createEnrolment({
      db,
      uplog,
      dataDirectory: directory,
      clock,
      random,
      fetch,
      version: "0.1.0",
    });
    this.clockSteps = createClockSteps({
      ...{ db, uplog, clock, log },
      uptimeMs: () => clock.monotonicMs(),
      seal: () => void this.sealed.push([`at ${this.clockSteps.clock.nowMs()}`]),
    });
    this.uplink = createUplink({
      ...{ db, uplog, commit: createGroupCommit(db, clock) },
      identity: this.enrolment,
      sealer: {
        seal: (devices) => {
          this.sealed.push(devices);
          return this.appendChunk(10);
        },
        open: () => [],
      },
      announce: {
        devices: () => ["till-1"],
        all: () => {
          uplog.append(
            toEntry({ kind: "device.registered", device: "till-1", provenance: "real" }, clock.nowMs()),
          );
        },
      },
      onReadings: (listener) => {
        this.#listener = listener;
        return () => {
          this.#listener = null;
        };
      },
      applyDownlog: (event) => this.applyDownlog(event),
      clock,
      clockSteps: this.clockSteps,
      random,
      log,
      connect: (url, events) => {
        this.dials += 1;
        return connectWebSocket(url, events);
      },
      compressor: zstd,
      version: "0.1.0",
      run: "0190b8e0-7c1a-7000-8000-0000000000aa",
    });
  }

  async enrol(cloudUrl: string, force = false): Promise<void> {
    const enrolled = await this.enrolment.enroll({
      cloudUrl,
      claim: "7KQF-2M9D",
      name: "",
      force,
      replace: false,
    });
    if (!enrolled.ok) throw new Error(enrolled.refusal.detail);
  }

  appendEvent(device = "till-1"): number {
    return this.db.transaction(() =>
      this.uplog.append(toEntry({ kind: "device.removed", device }, this.clock.nowMs())),
    );
  }

  appendChunk(bytes: number): number {
    const entry = { kind: CHUNK_KIND, atMs: this.clock.nowMs(), payload: new Uint8Array(bytes) };
    return this.db.transaction(() => this.uplog.append(entry));
  }

  measure(device: string, readings: Reading[]): void {
    this.#listener?.(device, readings);
  }

  /** Waits until the uplink is in this state. */
  async state(state: ReturnType<Uplink["status"]>["state"]): Promise<void> {
    await until(`the uplink to be ${state}`, () => this.uplink.status().state === state);
  }

  [Symbol.dispose](): void {
    this.uplink.stop();
    this.db.close();
  }
}
