import type { Logger } from "@logtape/logtape";
import mqtt, { type MqttClient } from "mqtt";
import type { Clock } from "../../protocol/clock.ts";
import { seededRandom } from "../../protocol/seeded-random.ts";
import type { Scenario } from "../../protocol/simulation/scenario.ts";
import { deviceSubscription, formatTopic, parseTopic } from "../../protocol/topics/topics.ts";
import { SECOND } from "../../protocol/units.ts";
import { DeviceRun } from "./device-run.ts";
import { PROFILES } from "./profiles.ts";
import { createSurroundings } from "./surroundings.ts";

export { DeviceRun } from "./device-run.ts";

/**
 * Simulated devices as real MQTT clients, each with its own connection and credentials, against any broker.
 *
 * Promises: with the same seed and clock each device measures the same; every device says that it is simulated, and
 * says goodbye when the simulation is stopped. It knows nothing of the gateway it talks to.
 */
export interface Simulator {
  /** Connects every device and begins to measure. */
  start(): void;
  /** Every device says that it goes offline, and goes. */
  stop(): Promise<void>;
  readonly progress: Progress;
}

export interface Progress {
  devices: number;
  connected: number;
  /** Messages that the broker has acknowledged. */
  published: number;
}

export interface SimulatorParts {
  scenario: Scenario;
  /** `mqtt://host:port` */
  brokerUrl: string;
  /** Password of each device by key. */
  passwords: ReadonlyMap<string, string>;
  clock: Clock;
  log: Logger;
}

/** How long a device takes to put a new configuration to work. */
const APPLY_MS = 1 * SECOND;

/** The devices of a scenario, in its order, ready to be run. */
export function devicesOf(scenario: Scenario): DeviceRun[] {
  const surroundings = createSurroundings(scenario);
  let index = 0;
  return scenario.devices.flatMap((group) =>
    group.names.map((name, position) => {
      index += 1;
      return new DeviceRun({
        key: `${group["key-prefix"]}-${position + 1}`,
        name,
        index,
        profile: PROFILES[group.profile],
        random: seededRandom(scenario.seed * 1_000 + index),
        surroundings,
        intervalMs: group["interval-seconds"] * SECOND,
      });
    }),
  );
}

export function createSimulator(parts: SimulatorParts): Simulator {
  const runs = devicesOf(parts.scenario);
  const progress: Progress = { devices: runs.length, connected: 0, published: 0 };
  let stops: (() => Promise<void>)[] = [];
  return {
    progress,
    start() {
      stops = runs.map((run, index) => connectDevice(parts, run, progress, (index * 97) % SECOND));
    },
    async stop() {
      await Promise.all(stops.map((stop) => stop()));
    },
  };
}

/** Runs one device. `offsetMs` keeps devices of one interval from all measuring at the same moment. */
function connectDevice(
  { brokerUrl, passwords, clock, log }: SimulatorParts,
  run: DeviceRun,
  progress: Progress,
  offsetMs: number,
): () => Promise<void> {
  const device = run.key;
  const status = formatTopic({ channel: "status", device });
  const retained = { qos: 1, retain: true } as const;
  const broker = new URL(brokerUrl);
  const client: MqttClient = mqtt.connect({
    protocol: broker.protocol.slice(0, -1) as "mqtt",
    host: broker.hostname,
    port: Number(broker.port || 1883),
    clientId: `simulated-${device}`,
    username: device,
    password: passwords.get(device) ?? "",
    protocolVersion: 4,
    reconnectPeriod: 2 * SECOND,
    will: { topic: status, payload: Buffer.from("offline"), ...retained },
  });
  let online = false;
  let cancelStep = (): void => undefined;
  let cancelApply = (): void => undefined;

  const publish = (
    topic: string,
    payload: unknown,
    options: { qos: 1; retain?: boolean } = { qos: 1 },
  ): void => {
    const text = typeof payload === "string" ? payload : JSON.stringify(payload);
    client.publish(topic, text, options, (error) => {
      if (!error) progress.published += 1;
    });
  };
  const step = (): void => {
    const { atMs, values } = run.step(clock.nowMs());
    if (client.connected) publish(formatTopic({ channel: "telemetry", device }), { ts: atMs, ...values });
    cancelStep = clock.after(run.intervalMs, step);
  };

  client.on("connect", () => {
    progress.connected += 1;
    online = true;
    client.subscribe(deviceSubscription(device), { qos: 1 });
    publish(status, "online", retained);
    publish(formatTopic({ channel: "state", device }), run.attributes, retained);
  });
  client.on("close", () => {
    // mqtt.js says "close" for an attempt that never connected, too.
    if (online) progress.connected -= 1;
    online = false;
  });
  client.on("error", (error) => log.debug("a simulated device cannot connect", { device, error }));
  client.on("message", (topic, payload) => {
    if (parseTopic(topic)?.channel !== "config-desired") return;
    const reported = run.configure(payload.toString());
    if (reported === null) return;
    cancelApply();
    cancelApply = clock.after(APPLY_MS, () =>
      publish(formatTopic({ channel: "config-reported", device }), reported),
    );
  });
  cancelStep = clock.after(offsetMs, step);

  return async () => {
    cancelStep();
    cancelApply();
    if (client.connected) await client.publishAsync(status, "offline", retained).catch(() => undefined);
    await client.endAsync(true).catch(() => undefined);
  };
}
