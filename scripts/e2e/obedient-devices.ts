import mqtt from "mqtt";
import { deviceSubscription, formatTopic, parseTopic } from "../../protocol/topics/topics.ts";
import type { Gateway } from "./stack.ts";

/** Devices of one gateway that do at once what they are told, through every restart of it. */
export class ObedientDevices implements AsyncDisposable {
  readonly #clients: mqtt.MqttClient[] = [];
  /**
   * Of each execution how often its command came anew. What the broker sends once more because it had no acknowledgement
   * says so itself (DUP, [MQTT-3.3.1-1]), and is no second command.
   */
  readonly heard = new Map<string, number>();

  /** Called when a device has answered, with the arguments of its command. */
  readonly #answered: (args: Record<string, unknown>) => void;

  private constructor(answered: (args: Record<string, unknown>) => void) {
    this.#answered = answered;
  }

  static async connect(
    gateway: Gateway,
    count: number,
    answered: (args: Record<string, unknown>) => void = () => undefined,
  ): Promise<ObedientDevices> {
    const devices = new ObedientDevices(answered);
    for (let index = 0; index < count; index += 1) {
      const { username, password } = await gateway.addDevice(`till-${index}`);
      devices.#clients.push(await devices.#connect(gateway.port, username, password));
    }
    return devices;
  }

  async #connect(port: number, username: string, password: string): Promise<mqtt.MqttClient> {
    const client = await mqtt.connectAsync({
      ...{ host: "127.0.0.1", port, username, password, clientId: username },
      ...{ clean: false, reconnectPeriod: 100 },
    });
    client.on("message", (name, payload, packet) => {
      const topic = parseTopic(name);
      if (topic?.channel !== "command") return;
      const { device, execution } = topic;
      this.heard.set(execution, (this.heard.get(execution) ?? 0) + (packet.dup ? 0 : 1));
      const result = formatTopic({ channel: "command-result", device, execution });
      client.publish(result, JSON.stringify({ ok: true, output: { device } }), { qos: 1 });
      this.#answered((JSON.parse(payload.toString()) as { args: Record<string, unknown> }).args);
    });
    // A line that breaks is made again; nothing else is to be heard of it.
    client.on("error", () => undefined);
    await client.subscribeAsync(deviceSubscription(username), { qos: 1 });
    return client;
  }

  /** Readings of one of them, as they are published; resolves once its gateway has them. */
  async measure(index: number, readings: Record<string, number>): Promise<void> {
    const topic = formatTopic({ channel: "telemetry", device: `till-${index}` });
    await this.#clients[index]!.publishAsync(topic, JSON.stringify(readings), { qos: 1 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) await client.endAsync(true);
  }
}
