import mqtt from "mqtt";
import { deviceSubscription, formatTopic, parseTopic } from "../../protocol/topics/topics.ts";
import type { Gateway } from "../e2e/stack.ts";

/** Devices that do at once what they are told. */
export class ObedientDevices implements AsyncDisposable {
  readonly #clients: mqtt.MqttClient[] = [];
  /** Of each command how often it came, and when first, by execution. */
  readonly heard = new Map<string, { times: number; atMs: number }>();

  static async connect(gateway: Gateway, count: number): Promise<ObedientDevices> {
    const devices = new ObedientDevices();
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
    client.on("message", (name) => {
      const topic = parseTopic(name);
      if (topic?.channel !== "command") return;
      const { device, execution } = topic;
      const { times, atMs } = this.heard.get(execution) ?? { times: 0, atMs: performance.now() };
      this.heard.set(execution, { times: times + 1, atMs });
      client.publish(
        formatTopic({ channel: "command-result", device, execution }),
        JSON.stringify({ ok: true, output: { device } }),
        { qos: 1 },
      );
    });
    await client.subscribeAsync(deviceSubscription(username), { qos: 1 });
    return client;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) await client.endAsync(true);
  }
}
