import type { Socket } from "bun";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { formatTopic } from "../../protocol/topics/topics.ts";
import { meter, type Source } from "../bench-chunks/series.ts";
import { connectPacket } from "../bench-start/connack.ts";
import type { DeviceCredential } from "../e2e/stack.ts";

/** PUBLISH with QoS 1 [MQTT-3.3.1]. */
const PUBLISH_QOS_1 = 0x32;
/** CONNACK that accepts, and PUBACK, are four bytes each [MQTT-3.2, MQTT-3.4]. */
const ANSWER_BYTES = 4;
const CONNACK_ACCEPTED = "20020000";

/** A meter with a connection of its own over a bare socket: one message in flight, the next when it is acknowledged. */
export class Meter {
  /** Messages the gateway has acknowledged. */
  acknowledged = 0;
  /** Messages that were due while one was in flight. */
  owed = 0;
  /** When the message in flight left, ms; null when none is. */
  sentMs: number | null = null;
  readonly #source: Source;
  readonly #topic: Buffer;
  readonly #credential: DeviceCredential;
  readonly #accepted = Promise.withResolvers<void>();
  #socket: Socket<Meter> | null = null;
  #isAccepted = false;
  #partial = "";
  #packetId = 0;
  #index = 0;

  constructor(credential: DeviceCredential, seed: number) {
    this.#credential = credential;
    this.#source = meter(seededRandom(seed));
    this.#topic = Buffer.from(formatTopic({ channel: "telemetry", device: credential.device }));
  }

  /** Resolves when the broker has accepted the log-in. */
  async connect(port: number, onAcknowledged: (meter: Meter) => void): Promise<void> {
    this.#socket = await Bun.connect<Meter>({
      hostname: "127.0.0.1",
      port,
      data: this,
      socket: {
        data: (_, bytes) => this.#hear(bytes, onAcknowledged),
        close: () => this.#lost(new Error("the broker closed the connection")),
        error: (_, error) => this.#lost(error),
      },
    });
    const { device: clientId, username, password } = this.#credential;
    this.#socket.write(connectPacket({ clientId, username, password }, 0));
    await this.#accepted.promise;
  }

  /** Sends the next reading, or owes it while one is in flight. Only when connected. */
  publish(nowMs: number): void {
    if (this.sentMs !== null) {
      this.owed += 1;
      return;
    }
    this.sentMs = nowMs;
    const payload = JSON.stringify(this.#source(this.#index++));
    const topic = this.#topic;
    const length = 2 + topic.length + 2 + payload.length;
    const packet = Buffer.allocUnsafe((length < 128 ? 2 : 3) + length);
    let at = packet.writeUInt8(PUBLISH_QOS_1, 0);
    if (length >= 128) at = packet.writeUInt8((length % 128) | 128, at);
    at = packet.writeUInt8(length < 128 ? length : length >> 7, at);
    at = packet.writeUInt16BE(topic.length, at);
    at += topic.copy(packet, at);
    this.#packetId = (this.#packetId % 65_535) + 1;
    at = packet.writeUInt16BE(this.#packetId, at);
    packet.write(payload, at, "latin1");
    if (this.#socket!.write(packet) !== packet.length)
      throw new Error("a message did not fit into the socket");
  }

  #hear(bytes: Buffer, onAcknowledged: (meter: Meter) => void): void {
    this.#partial += bytes.toString("hex");
    while (this.#partial.length >= ANSWER_BYTES * 2) {
      const answer = this.#partial.slice(0, ANSWER_BYTES * 2);
      this.#partial = this.#partial.slice(ANSWER_BYTES * 2);
      if (this.#isAccepted) {
        this.acknowledged += 1;
        onAcknowledged(this);
      } else if (answer === CONNACK_ACCEPTED) {
        this.#isAccepted = true;
        this.#accepted.resolve();
      } else this.#accepted.reject(new Error(`the broker answered ${answer} to CONNECT`));
    }
  }

  #lost(error: Error): void {
    if (!this.#isAccepted) this.#accepted.reject(error);
    else throw error;
  }
}
