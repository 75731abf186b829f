import type { Logger } from "@logtape/logtape";
import type { Clock } from "../../protocol/clock.ts";
import { type DeviceConfig, parseReportedConfig } from "../../protocol/config/device-config.ts";
import type { Random } from "../../protocol/random.ts";
import { parseTopic, type Topic } from "../../protocol/topics/topics.ts";
import { SECOND } from "../../protocol/units.ts";
import type { CommandedDevice } from "./command.ts";
import { CommandDesk } from "./command-desk.ts";
import { configure } from "./configure.ts";
import { DeviceFaults } from "./device-faults.ts";
import type { DeviceMemory, Memories } from "./device-memory.ts";
import type { DeviceRun } from "./device-run.ts";
import type { ActiveFault } from "./faults.ts";
import { FirmwareReceiver } from "./firmware-receiver.ts";
import { type Download, Labour } from "./labour.ts";
import { NotificationReader } from "./notification-reader.ts";
import type { Outlet } from "./outlet.ts";

export interface DeviceParts {
  run: DeviceRun;
  outlet: Outlet;
  /** What the device's own day is at a time of the clock. */
  modelMs: (nowMs: number) => number;
  /** The faults it has now. */
  faults: () => readonly ActiveFault[];
  /** Dice for what faults do. */
  faultDice: Random;
  /** Delay after the start: not all devices measure at the same moment. */
  offsetMs: number;
  memories: Memories;
  download: Download;
  clock: Clock;
  log: Logger;
}

/** A configuration that failed for a fault is tried again when the fault is gone; looked at so often. */
const TRY_AGAIN_MS = 10 * SECOND;

/**
 * One simulated device as its broker knows it: measures, follows commands, takes its configuration, answers
 * notifications, and suffers from the faults it has. What it sends depends on its seed, the clock and what it hears alone.
 */
export class Device {
  readonly #parts: DeviceParts;
  readonly #faults: DeviceFaults;
  readonly #labour: Labour;
  readonly #commands: CommandDesk;
  readonly #notifications: NotificationReader;
  readonly #firmware: FirmwareReceiver;
  readonly #commanded: CommandedDevice;
  /** What it is to run with and does not yet. */
  #wanted: DeviceConfig | null = null;
  #configError: string | null = null;
  #restarting = false;
  #lineWanted = false;
  #saidState = "";
  /** When it measures next, ms since 1970. */
  #dueMs = 0;
  /** The pause that was until then. */
  #intervalMs = 0;
  /** What it remembers, as it was last written. */
  #written: DeviceMemory | null = null;
  #cancelStep = (): void => undefined;
  #cancelAgain = (): void => undefined;

  constructor(parts: DeviceParts) {
    const { run, clock, download, outlet } = parts;
    this.#parts = parts;
    this.#faults = new DeviceFaults(parts.faults, parts.faultDice);
    this.#labour = new Labour({
      clock,
      download,
      delayMs: () => this.#faults.delayMs,
      // Cut off from its broker it goes on with what it does; without power it does not.
      isAlive: () => this.#faults.isAlive,
      leave: () => this.#restart(true),
      comeBack: () => this.#restart(false),
      reportConfig: () => this.#reportConfig(),
    });
    this.#commanded = {
      run,
      random: run.delays,
      refuses: (work) => this.#faults.refuses(work),
      sicken: (work) => this.#faults.sicken(work),
    };
    this.#firmware = new FirmwareReceiver({ key: run.key, clock, outlet });
    this.#commands = new CommandDesk({
      device: this.#commanded,
      clock,
      publish: (topic, text) => outlet.publish(topic, text, { keep: true }),
      work: (task) => this.#labour.add(task),
      receive: (execution, offer) => this.#firmware.receive(execution, offer),
      worked: () => this.#worked(),
    });
    this.#notifications = new NotificationReader({
      run,
      clock,
      delayMs: () => this.#faults.delayMs,
      publish: (topic, text) => outlet.publish(topic, text, { keep: true }),
    });
  }

  get key(): string {
    return this.#parts.run.key;
  }

  /** Goes on with what it remembers, connects and begins to measure. `nowMs` is the same for all that start together. */
  start(nowMs = this.#parts.clock.nowMs()): void {
    const { run, memories, offsetMs } = this.#parts;
    const memory = memories.read(run.key);
    run.memory = memory;
    this.#faults.sick = memory.sick ?? [];
    this.#measureAt(nowMs + offsetMs);
    this.look();
  }

  /** Measures and works no more. Its line is its owner's to end. */
  stop(): void {
    this.#cancelStep();
    this.#cancelAgain();
    this.#labour.stop();
    this.#firmware.stop();
    this.#notifications.stop();
  }

  /** Whether its line is as its faults have it; called when they may have changed, and every now and then. */
  look(): void {
    const { outlet } = this.#parts;
    const wanted = !this.#restarting && this.#faults.isUp;
    if (wanted === this.#lineWanted) return;
    this.#lineWanted = wanted;
    if (wanted) outlet.open(this.#faults.atOnce);
    else if (!this.#restarting) outlet.cut();
  }

  /** The line is up: says what it is. */
  connected(): void {
    this.#publish("status", "online", true);
    this.#sayState(true);
  }

  hear(name: string, payload: Uint8Array): void {
    const topic = parseTopic(name);
    // Cut off it hears nothing more; what was under way before is lost.
    if (topic === null || !this.#lineWanted) return;
    if (topic.channel === "firmware-part") this.#firmware.hear(topic.execution, topic.offset, payload);
    else this.#read(topic, new TextDecoder().decode(payload));
  }

  #read(topic: Topic, text: string): void {
    if (topic.channel === "config-desired") this.#configure(text);
    else if (topic.channel === "command") this.#commands.hear(topic.execution, text);
    else if (topic.channel === "notification") this.#notifications.hear(text);
  }

  #measureAt(dueMs: number): void {
    const { clock, run } = this.#parts;
    this.#dueMs = dueMs;
    this.#intervalMs = run.intervalMs;
    this.#cancelStep();
    this.#cancelStep = clock.after(Math.max(0, dueMs - clock.nowMs()), () => this.#step());
  }

  #step(): void {
    const { run, clock, modelMs, outlet } = this.#parts;
    const nowMs = clock.nowMs();
    // A timer is late by what the machine likes, and two runs would drift apart by it. After a sleep the device begins anew.
    const atMs = Math.abs(nowMs - this.#dueMs) < run.intervalMs ? this.#dueMs : nowMs;
    // Measured all the while, as a device does, whoever hears it.
    const values = this.#faults.values(run.step(modelMs(atMs)));
    this.look();
    // What is measured while the line is down is lost, as it is with most devices.
    if (outlet.up) {
      const text = JSON.stringify({ ts: Math.round(atMs) + this.#faults.clockAheadMs, ...values });
      this.#publish("telemetry", this.#faults.spoil(text));
    }
    this.#measureAt(atMs + run.intervalMs);
  }

  #configure(text: string): void {
    const { run, log } = this.#parts;
    const wanted = parseReportedConfig(text);
    if (!wanted.ok) {
      log.debug("a simulated device cannot read its configuration", { device: run.key, ...wanted.refusal });
      return;
    }
    // The same comes again whenever the line is up again, in the middle of putting it to work too.
    if (Bun.deepEquals(wanted.value, this.#wanted)) return;
    if (Bun.deepEquals(wanted.value, run.config)) {
      this.#wanted = null;
      this.#reportConfig();
      return;
    }
    this.#wanted = wanted.value;
    this.#pursue(wanted.value);
  }

  #pursue(wanted: DeviceConfig): void {
    this.#cancelAgain();
    this.#labour.add({
      course: configure(wanted, this.#commanded),
      tell: () => undefined,
      done: (outcome) => {
        const newest = this.#wanted === wanted;
        if (newest) this.#configError = outcome.ok ? null : outcome.error;
        if (newest && outcome.ok) this.#wanted = null;
        if (!outcome.ok) this.#reportConfig();
        this.#worked();
        if (newest && !outcome.ok && !outcome.error.startsWith("validate: ")) this.#tryAgain(wanted);
      },
    });
  }

  #tryAgain(wanted: DeviceConfig): void {
    this.#cancelAgain = this.#parts.clock.after(TRY_AGAIN_MS, () => {
      if (this.#wanted !== wanted) return;
      const works = ["store", "config", "payment-config"] as const;
      if (works.some((work) => this.#faults.refuses(work) !== null)) this.#tryAgain(wanted);
      else this.#pursue(wanted);
    });
  }

  /** It has done something: what it remembers, says of itself and measures may be another. */
  #worked(): void {
    const { run, memories, clock } = this.#parts;
    if (this.#faults.sick.length > 0 || run.memory.sick !== undefined)
      run.memory = { ...run.memory, sick: this.#faults.sick };
    if (run.memory !== this.#written) memories.write(run.key, run.memory);
    this.#written = run.memory;
    this.#sayState(false);
    // The configuration may have brought another interval; asked for an answer every minute it measures as before.
    if (run.intervalMs !== this.#intervalMs) this.#measureAt(clock.nowMs() + run.intervalMs);
  }

  #restart(restarting: boolean): void {
    this.#restarting = restarting;
    if (restarting) {
      this.#lineWanted = false;
      this.#parts.outlet.leave();
    } else this.look();
  }

  #reportConfig(): void {
    this.#publish("config-reported", JSON.stringify(this.#parts.run.config), false, true);
  }

  #sayState(always: boolean): void {
    const { attributes } = this.#parts.run;
    const error = this.#configError;
    const text = JSON.stringify(error === null ? attributes : { ...attributes, configError: error });
    if (!always && text === this.#saidState) return;
    this.#saidState = text;
    this.#publish("state", text, true);
  }

  #publish(
    channel: "telemetry" | "state" | "status" | "config-reported",
    text: string,
    retain = false,
    keep = false,
  ): void {
    const topic: Topic = { channel, device: this.key };
    this.#parts.outlet.publish(topic, text, { retain, keep });
  }
}
