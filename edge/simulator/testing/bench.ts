import { getLogger } from "@logtape/logtape";
import type { Clock } from "../../../protocol/clock.ts";
import type { Scenario } from "../../../protocol/simulation/scenario.ts";
import { ManualClock } from "../../../protocol/testing/manual-clock.ts";
import { formatTopic, type Topic } from "../../../protocol/topics/topics.ts";
import { Device } from "../device.ts";
import { forgetfulMemories, type Memories } from "../device-memory.ts";
import type { Download } from "../labour.ts";
import { RunFaults } from "../live-faults.ts";
import type { Outlet } from "../outlet.ts";
import { RunClock } from "../run-clock.ts";
import { devicesOf, faultPhaseOf, offsetOf } from "../simulator.ts";

/** A line that is up whenever it is open, and keeps what was sent in the order it was sent. */
class BenchLine implements Outlet {
  up = false;
  opened = 0;
  readonly #sent: string[];
  readonly #clock: ManualClock;
  #kept: string[] = [];
  #connected = (): void => undefined;

  constructor(sent: string[], clock: ManualClock) {
    this.#sent = sent;
    this.#clock = clock;
  }

  attach(connected: () => void): void {
    this.#connected = connected;
  }

  open(): void {
    this.up = true;
    this.opened += 1;
    this.#connected();
    this.#sent.push(...this.#kept.splice(0));
  }

  leave(): void {
    this.up = false;
  }

  cut(): void {
    this.up = false;
  }

  publish(topic: Topic, text: string, { keep = false } = {}): void {
    const line = `${this.#clock.nowMs()} ${formatTopic(topic)} ${text}`;
    if (this.up) this.#sent.push(line);
    else if (keep) this.#kept.push(line);
  }
}

const nothing = () => Promise.reject(new Error("nothing is downloaded here"));

/** The devices of a scenario on a workbench: without a broker, with a clock that moves when it is told to. */
export class Bench {
  readonly clock: ManualClock;
  /** Everything that was sent, with its time and its topic. */
  readonly sent: string[] = [];
  readonly faults: RunFaults;
  readonly devices = new Map<string, { device: Device; line: BenchLine }>();
  readonly runClock: RunClock;

  constructor(
    scenario: Scenario,
    {
      startMs,
      startedMs,
      memories = forgetfulMemories(),
      download,
      lateMs = () => 0,
    }: {
      startMs?: number;
      /** When the run began, of one that is started again. */
      startedMs?: number;
      memories?: Memories;
      download?: Download;
      /** How late the machine gets to what is due at a time of the clock, ms. */
      lateMs?: (dueMs: number) => number;
    } = {},
  ) {
    this.clock = new ManualClock(startMs);
    const { clock: manual, sent } = this;
    const clock: Clock = {
      nowMs: () => manual.nowMs(),
      monotonicMs: () => manual.monotonicMs(),
      after: (delayMs, run) => manual.after(delayMs + lateMs(manual.nowMs() + delayMs), run),
    };
    const runClock = new RunClock({ clock, ...(startedMs === undefined ? {} : { startedMs }) });
    this.runClock = runClock;
    this.faults = new RunFaults(scenario.fault, (wallMs) => runClock.scenarioMsAt(wallMs));
    for (const run of devicesOf(scenario)) {
      const line = new BenchLine(sent, manual);
      const device = new Device({
        run,
        outlet: line,
        faults: (scenarioMs) => this.faults.of(run.key, scenarioMs),
        faultPhase: faultPhaseOf(scenario, run.key),
        offsetMs: offsetOf(scenario, run.key),
        memories,
        download: download ?? { json: nothing, digest: nothing },
        runClock,
        clock,
        log: getLogger("test"),
      });
      line.attach(() => device.connected());
      this.devices.set(run.key, { device, line });
    }
    for (const { device } of this.devices.values()) device.start();
  }

  /** Lets time pass, looking at the lines as the simulator does. */
  pass(ms: number, lookMs = 250): void {
    for (let rest = ms; rest > 0; rest -= lookMs) {
      this.clock.advance(Math.min(rest, lookMs));
      for (const { device } of this.devices.values()) device.look();
    }
  }

  isUp(key: string): boolean {
    return this.devices.get(key)!.line.up;
  }

  tell(topic: Topic, message: unknown): void {
    const text = typeof message === "string" ? message : JSON.stringify(message);
    this.hear(topic, new TextEncoder().encode(text));
  }

  hear(topic: Topic, payload: Uint8Array): void {
    this.devices.get(topic.device)!.device.hear(formatTopic(topic), payload);
  }

  /** What was sent on a topic, as JSON where it is that. */
  on(topic: Topic): unknown[] {
    const name = ` ${formatTopic(topic)} `;
    return this.sent
      .filter((line) => line.includes(name))
      .map((line) => line.slice(line.indexOf(name) + name.length))
      .map((text) => (text.startsWith("{") ? parsed(text) : text));
  }

  /** The last value of a metric. */
  last(key: string, metric: string): unknown {
    const newest = this.on({ channel: "telemetry", device: key }).at(-1);
    return (newest as Record<string, unknown> | undefined)?.[metric];
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
