import type { Logger } from "@logtape/logtape";
import mqtt, { type MqttClient } from "mqtt";
import type { Clock } from "../../protocol/clock.ts";
import { parseReportedConfig } from "../../protocol/config/device-config.ts";
import { formatTopic } from "../../protocol/topics/topics.ts";
import { SECOND } from "../../protocol/units.ts";
import type { BrokerAddress } from "./broker-address.ts";
import type { DeviceRun } from "./device-run.ts";
import type { Progress } from "./progress.ts";

export interface DeviceLineParts {
  run: DeviceRun;
  broker: BrokerAddress;
  password: string;
  /** What the device's own day is at a time of the clock. */
  modelMs: (nowMs: number) => number;
  /** Delays of this device after the start and between two attempts to connect, ms: apart from all others. */
  offsetMs: number;
  clock: Clock;
  progress: Progress;
  log: Logger;
}

const KEEPALIVE_SECONDS = 30;
/** A broker that takes longer is not there. */
const CONNECT_TIMEOUT_MS = 10 * SECOND;
/** A goodbye may take so long before the device just goes, and its last will speaks for it. */
const GOODBYE_MS = 2 * SECOND;

/** One device's connection: tells what the device measures, and hands it the configuration it is given. */
export class DeviceLine {
  readonly #parts: DeviceLineParts;
  #client: MqttClient | null = null;
  #online = false;
  #cancelStep = (): void => undefined;
  #cancelApply = (): void => undefined;

  constructor(parts: DeviceLineParts) {
    this.#parts = parts;
  }

  /** Connects, and connects again whenever the connection ends. Measures all the while, as a device does. */
  start(): void {
    const { run, broker, password, offsetMs, clock } = this.#parts;
    const client = mqtt.connect({
      ...broker,
      clientId: `simulated-${run.key}`,
      username: run.key,
      password,
      protocolVersion: 4,
      keepalive: KEEPALIVE_SECONDS,
      connectTimeout: CONNECT_TIMEOUT_MS,
      reconnectPeriod: SECOND + offsetMs,
      // Its credentials may be made while it runs.
      reconnectOnConnackError: true,
      resubscribe: false,
      will: { topic: this.#topic("status"), payload: Buffer.from("offline"), qos: 1, retain: true },
    });
    this.#client = client;
    client.on("connect", () => this.#connected());
    client.on("close", () => this.#closed());
    client.on("error", (error) => this.#failed(error));
    client.on("message", (topic, payload) => {
      if (topic === this.#topic("config-desired")) this.#configure(payload.toString());
    });
    this.#cancelStep = clock.after(offsetMs, () => this.#step());
  }

  /** Says that the device goes offline, and goes. */
  async stop(): Promise<void> {
    this.#cancelStep();
    this.#cancelApply();
    const client = this.#client;
    this.#client = null;
    if (client === null) return;
    if (client.connected) {
      const goodbye = client.publishAsync(this.#topic("status"), "offline", { qos: 1, retain: true });
      await this.#within(
        GOODBYE_MS,
        goodbye.then(() => client.endAsync()),
      );
    }
    await client.endAsync(true).catch(() => undefined);
    this.#closed();
  }

  #connected(): void {
    const { progress, run } = this.#parts;
    this.#online = true;
    progress.connected += 1;
    this.#client?.subscribe(this.#topic("config-desired"), { qos: 1 });
    this.#publish("status", "online", true);
    this.#publish("state", JSON.stringify(run.attributes), true);
  }

  /** mqtt.js says "close" of an attempt that never connected, too. */
  #closed(): void {
    if (this.#online) this.#parts.progress.connected -= 1;
    this.#online = false;
  }

  #failed(error: Error): void {
    const { progress, run, log } = this.#parts;
    progress.trouble = `${run.key}: ${error.message}`;
    log.debug("a simulated device cannot connect", { device: run.key, error });
  }

  #step(): void {
    const { run, clock, modelMs } = this.#parts;
    const nowMs = clock.nowMs();
    const values = run.step(modelMs(nowMs));
    // What is measured while the line is down is lost, as it is with most devices.
    if (this.#client?.connected) this.#publish("telemetry", JSON.stringify({ ts: nowMs, ...values }));
    this.#cancelStep = clock.after(run.intervalMs, () => this.#step());
  }

  #configure(text: string): void {
    const { run, clock, log } = this.#parts;
    const wanted = parseReportedConfig(text);
    if (!wanted.ok) {
      log.debug("a simulated device cannot read its configuration", { device: run.key, ...wanted.refusal });
      return;
    }
    this.#cancelApply();
    this.#cancelApply = clock.after(run.nextApplyMs(), () => {
      this.#publish("config-reported", JSON.stringify(run.apply(wanted.value)));
      // The configuration may have brought another interval.
      this.#cancelStep();
      this.#cancelStep = clock.after(run.intervalMs, () => this.#step());
    });
  }

  #publish(
    channel: "telemetry" | "state" | "status" | "config-reported",
    text: string,
    retain = false,
  ): void {
    this.#client?.publish(this.#topic(channel), text, { qos: 1, retain }, (error) => {
      if (!error) this.#parts.progress.published += 1;
    });
  }

  #topic(channel: "telemetry" | "state" | "status" | "config-desired" | "config-reported"): string {
    return formatTopic({ channel, device: this.#parts.run.key });
  }

  async #within(limitMs: number, work: Promise<unknown>): Promise<void> {
    const late = Promise.withResolvers<void>();
    const cancel = this.#parts.clock.after(limitMs, late.resolve);
    await Promise.race([work.catch(() => undefined), late.promise]);
    cancel();
  }
}
