import type { Logger } from "@logtape/logtape";
import type { Clock } from "../../protocol/clock.ts";
import { type DeviceConfig, parseReportedConfig } from "../../protocol/config/device-config.ts";
import { parseTopic, type Topic } from "../../protocol/topics/topics.ts";
import { SECOND } from "../../protocol/units.ts";
import { Agenda } from "./agenda.ts";
import type { CommandedDevice } from "./command.ts";
import { CommandDesk } from "./command-desk.ts";
import { configure } from "./configure.ts";
import { DeviceFaults } from "./device-faults.ts";
import type { DeviceMemory, Memories } from "./device-memory.ts";
import type { DeviceRun } from "./device-run.ts";
import type { ActiveFault } from "./faults.ts";
import { FirmwareReceiver } from "./firmware-receiver.ts";
import { type Download, Labour } from "./labour.ts";
import { Measuring } from "./measuring.ts";
import { NotificationReader } from "./notification-reader.ts";
import type { Outlet } from "./outlet.ts";
import type { RunClock } from "./run-clock.ts";

export interface DeviceParts {
  run: DeviceRun;
  outlet: Outlet;
  /** The faults it has at a time of the scenario, ms. */
  faults: (scenarioMs: number) => readonly ActiveFault[];
  /** From 0 to 1, of the device's own: not all suffer in the same way at the same moment. */
  faultPhase: number;
  /** Delay after the start: not all devices measure at the same moment. */
  offsetMs: number;
  memories: Memories;
  download: Download;
  runClock: RunClock;
  clock: Clock;
  log: Logger;
}

/** A configuration that failed for a fault is tried again when the fault is gone; looked at so often. */
const TRY_AGAIN_MS = 10 * SECOND;

/**
 * One simulated device as its broker knows it: measures, follows commands, takes its configuration, answers
 * notifications, and suffers from the faults it has. What it measures depends on the scenario, its seed, the time of the run and what it was
 * told alone, and not on when the machine gets to it.
 */
export class Device {
  readonly #parts: DeviceParts;
  readonly #faults: DeviceFaults;
  readonly #labour: Labour;
  readonly #commands: CommandDesk;
  readonly #notifications: NotificationReader;
  readonly #firmware: FirmwareReceiver;
  readonly #agenda: Agenda;
  readonly #measuring: Measuring;
  /** What it is to run with and does not yet. */
  #wanted: DeviceConfig | null = null;
  /** Why it does not run with what is wanted, and of which version that is said. */
  #refused: { configError: string; configErrorVersion: number } | null = null;
  #restarting = false;
  #lineWanted = false;
  #saidState = "";
  /** What it remembers, as it was last written. */
  #written: DeviceMemory | null = null;
  #cancelAgain = (): void => undefined;

  constructor(parts: DeviceParts) {
    const { run, clock, runClock, download, outlet, offsetMs, faults, faultPhase } = parts;
    this.#parts = parts;
    this.#faults = new DeviceFaults((atMs) => faults(runClock.scenarioMs(atMs)), faultPhase);
    const agenda = new Agenda(runClock);
    this.#agenda = agenda;
    this.#measuring = new Measuring({
      agenda,
      offsetMs,
      intervalMs: () => run.intervalMs,
      measure: (late) => this.#measure(late),
    });
    this.#labour = new Labour({
      agenda,
      download,
      delayMs: () => this.#faults.delayMs(agenda.nowMs),
      // Cut off from its broker it goes on with what it does; without power it does not.
      isAlive: () => this.#faults.isAlive(agenda.nowMs),
      leave: () => this.#restart(true),
      comeBack: () => this.#restart(false),
      reportConfig: () => this.#reportConfig(),
    });
    this.#firmware = new FirmwareReceiver({ key: run.key, clock, outlet });
    this.#commands = new CommandDesk({
      key: run.key,
      commanded: () => this.#commanded("command"),
      clock,
      publish: (topic, text) => outlet.publish(topic, text, { keep: true }),
      work: (task) => this.#labour.add(task),
      receive: (execution, offer) => this.#firmware.receive(execution, offer),
      worked: () => this.#worked(),
    });
    this.#notifications = new NotificationReader({
      run,
      clock,
      delayMs: () => this.#faults.delayMs(agenda.nowMs),
      publish: (topic, text) => outlet.publish(topic, text, { keep: true }),
    });
  }

  get key(): string {
    return this.#parts.run.key;
  }

  /** Goes on with what it remembers, connects and begins to measure. */
  start(): void {
    const { run, memories, runClock } = this.#parts;
    const { measured, ...memory } = memories.read(run.key);
    run.memory = memory;
    this.#written = memory;
    this.#faults.sick = memory.sick ?? [];
    if (measured !== undefined) {
      run.resume(measured.state, runClock.scenarioMs(measured.atMs));
      this.#faults.saidError = measured.saidError;
    }
    // Back it does not go, whatever the machine's clock says since.
    this.#measuring.start(
      measured === undefined ? null : Math.min(measured.atMs, Math.floor(runClock.nowMs())),
    );
    this.look();
  }

  /** Measures and works no more. Its line is its owner's to end. */
  stop(): void {
    this.#agenda.stop();
    this.#labour.stop();
    this.#firmware.stop();
    this.#notifications.stop();
  }

  /** Does what is due before something from outside changes it. */
  enter(): void {
    this.#agenda.enter();
  }

  /** What it keeps. */
  get memory(): DeviceMemory {
    const { run } = this.#parts;
    const atMs = this.#measuring.lastMs;
    if (atMs === null) return run.memory;
    return { ...run.memory, measured: { atMs, state: run.state, saidError: this.#faults.saidError } };
  }

  /** Whether its line is as its faults have it; called when they may have changed, and every now and then. */
  look(): void {
    const { outlet, runClock } = this.#parts;
    const nowMs = runClock.nowMs();
    const wanted = !this.#restarting && this.#faults.isUp(nowMs);
    if (wanted === this.#lineWanted) return;
    this.#lineWanted = wanted;
    if (wanted) outlet.open(this.#faults.atOnce(nowMs));
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
    this.enter();
    if (topic.channel === "firmware-part") this.#firmware.hear(topic.execution, topic.offset, payload);
    else this.#read(topic, new TextDecoder().decode(payload));
  }

  #read(topic: Topic, text: string): void {
    if (topic.channel === "config-desired") this.#configure(text);
    else if (topic.channel === "command") this.#commands.hear(topic.execution, text);
    else if (topic.channel === "notification") this.#notifications.hear(text);
  }

  #commanded(deed: string): CommandedDevice {
    const { run } = this.#parts;
    return {
      run,
      random: run.diceFor(deed),
      refuses: (work) => this.#faults.refuses(work, this.#agenda.nowMs),
      sicken: (work) => this.#faults.sicken(work, this.#agenda.nowMs),
    };
  }

  /** Measured all the while, as a device does, whoever hears it. */
  #measure(late: boolean): void {
    const { run, runClock, outlet } = this.#parts;
    const atMs = this.#agenda.nowMs;
    const scenarioMs = runClock.scenarioMs(atMs);
    const values = this.#faults.values(run.step(runClock.modelMs(atMs), scenarioMs), atMs);
    this.look();
    // What is measured while the line is down is lost, as it is with most devices.
    if (late || !outlet.up || !this.#faults.isUp(atMs)) return;
    const ts = Math.round(runClock.wallMs(atMs)) + this.#faults.clockAheadMs(atMs);
    const text = JSON.stringify({ ts, ...values });
    this.#publish(
      "telemetry",
      this.#faults.spoil(text, () => run.diceAt("spoilt", scenarioMs), atMs),
    );
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
      this.#refused = null;
      this.#reportConfig();
      this.#sayState(false);
      return;
    }
    this.#wanted = wanted.value;
    this.#pursue(wanted.value);
  }

  #pursue(wanted: DeviceConfig): void {
    this.#cancelAgain();
    this.#labour.add({
      course: configure(wanted, this.#commanded("configuration")),
      tell: () => undefined,
      done: (outcome) => {
        const newest = this.#wanted === wanted;
        if (newest)
          this.#refused = outcome.ok
            ? null
            : { configError: outcome.error, configErrorVersion: wanted.version };
        if (newest && outcome.ok) this.#wanted = null;
        if (!outcome.ok) this.#reportConfig();
        this.#worked();
        if (newest && !outcome.ok && !outcome.error.startsWith("validate: ")) this.#tryAgain(wanted);
      },
    });
  }

  #tryAgain(wanted: DeviceConfig): void {
    this.#cancelAgain = this.#agenda.after(TRY_AGAIN_MS, () => {
      if (this.#wanted !== wanted) return;
      const works = ["store", "config", "payment-config"] as const;
      if (works.some((work) => this.#faults.refuses(work, this.#agenda.nowMs) !== null))
        this.#tryAgain(wanted);
      else this.#pursue(wanted);
    });
  }

  /** It has done something: what it remembers, says of itself and measures may be another. */
  #worked(): void {
    const { run, memories } = this.#parts;
    if (this.#faults.sick.length > 0 || run.memory.sick !== undefined)
      run.memory = { ...run.memory, sick: this.#faults.sick };
    if (run.memory !== this.#written) memories.write(new Map([[run.key, this.memory]]));
    this.#written = run.memory;
    this.#sayState(false);
    this.#measuring.paced();
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
    const text = JSON.stringify({ ...attributes, ...this.#refused });
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
