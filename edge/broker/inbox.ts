import type { Clock } from "../../protocol/clock.ts";
import { type DeviceConfig, parseReportedConfig } from "../../protocol/config/device-config.ts";
import { type Attributes, parseAttributes } from "../../protocol/devices/attributes.ts";
import { accept, assertNever, type Refusal, type Result, refuse } from "../../protocol/errors.ts";
import { type FirmwareWant, parseFirmwareWant } from "../../protocol/firmware/transfer.ts";
import { type CommandAnswer, readAnswer } from "../../protocol/jobs/device-command.ts";
import { type DeviceAck, parseDeviceAck } from "../../protocol/notifications/device-notification.ts";
import { parseTelemetry, type Reading } from "../../protocol/telemetry/reading.ts";
import { mayPublish } from "../../protocol/topics/acl.ts";
import { isBrokerTopic, type Topic } from "../../protocol/topics/topics.ts";
import type { Devices } from "../devices/devices.ts";
import type { GroupCommit } from "../telemetry/group-commit.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";
import type { Permissions } from "./permissions.ts";
import type { Presence } from "./presence.ts";
import type { Rhythm } from "./rhythm.ts";

export interface InboxParts {
  devices: Devices;
  telemetry: Telemetry;
  presence: Presence;
  rhythm: Pick<Rhythm, "heard">;
  permissions: Permissions;
  commit: GroupCommit;
  clock: Clock;
  /** Takes a configuration a device reports, inside the transaction that is under way. */
  reported(device: string, config: DeviceConfig): void;
  /** `edge/notifications`. The same for what it says of a notification. */
  notifications: { acknowledged(device: string, ack: DeviceAck): void };
  jobs: AnsweredJobs;
  /** `edge/conduct` */
  conduct: ConductHooks;
}

/** What `edge/conduct` hears of the broker. */
export interface ConductHooks {
  understood(device: string, topic: string): void;
  refused(device: string, topic: string, refusal: Refusal): void;
  /** The newest reading of a message is dated so far ahead of its arrival, ms. */
  dated(device: string, aheadMs: number): void;
  /** Whether this answers a question of its own, which nobody else knows. */
  answered(device: string, execution: string): boolean;
}

/** What `edge/jobs` hears of the broker. */
export interface AnsweredJobs {
  /** Whether the device was asked to do this. */
  knows(device: string, execution: string): boolean;
  /** The device tells of it. Within the transaction under way. */
  answered(device: string, execution: string, answer: CommandAnswer): void;
  /** The device asks for a part of the firmware that it was told of. */
  wanted(device: string, execution: string, want: FirmwareWant): void;
  /** The device says what it is. Within the transaction under way. */
  described(device: string, attributes: Attributes): void;
}

/**
 * What becomes of a message from a device. `durable` resolves when what it means is on disk: only then may the broker
 * acknowledge it. `refused` means it may not be sent at all, and the connection ends; `kept-out` that it could not be
 * understood: it is counted, kept for the installer, and acknowledged, because sending it again would not mend it.
 */
export type Taken =
  | { outcome: "taken" | "kept-out"; durable: Promise<void> }
  | { outcome: "refused"; durable: Promise<void>; reason: string };

/** A message as it came. The payload is looked at during the call only. */
export interface Message {
  device: string;
  topic: string;
  payload: Uint8Array;
  /** Whether it is to be retained; an empty one takes back what was. */
  retain: boolean;
  /** It left this for when it would be gone (MQTT 3.1.1, section 3.1.2.5); absent: it says it now. */
  isWill?: boolean;
}

const TOPICS_KNOWN = 10_000;

export class Inbox {
  readonly #parts: InboxParts;
  /** Topics that were read already: devices publish to the same few for ever. */
  readonly #topics = new Map<string, Topic>();

  constructor(parts: InboxParts) {
    this.#parts = parts;
  }

  /**
   * Takes a message in, and runs `always` in the same transaction, whatever becomes of it, and `unlessRefused` there too, where it may be sent.
   */
  take(message: Message, always?: () => void, unlessRefused?: () => void): Taken {
    const topic = this.#topicOf(message);
    const also = both(always, unlessRefused);
    if (!topic.ok && this.#parts.permissions.mayPublishBeyond(message.device, message.topic)) {
      return { outcome: "taken", durable: this.#pass(message.device, also) };
    }
    if (!topic.ok && isBrokerTopic(message.topic)) {
      const why = refuse("mqtt.foreign-topic", "topics that begin with $ are the broker's own");
      return { outcome: "kept-out", durable: this.#reject(message, why.refusal, also) };
    }
    if (!topic.ok) {
      return {
        outcome: "refused",
        durable: this.#reject(message, topic.refusal, always),
        reason: topic.refusal.detail,
      };
    }
    const durable = this.#apply(topic.value, message, also);
    if (!durable.ok) return { outcome: "kept-out", durable: this.#reject(message, durable.refusal, also) };
    if (!isAnswer(topic.value)) this.#parts.conduct.understood(message.device, message.topic);
    return { outcome: "taken", durable: durable.value };
  }

  #topicOf({ device, topic: name }: Message): Result<Topic> {
    const known = this.#topics.get(name);
    if (known?.device === device) return accept(known);
    const topic = mayPublish(device, name);
    if (topic.ok) {
      if (this.#topics.size >= TOPICS_KNOWN) this.#topics.clear();
      this.#topics.set(name, topic.value);
    }
    return topic;
  }

  /** A message that means nothing to the gateway: that its device was heard is all there is to note. */
  #pass(device: string, also?: () => void): Promise<void> {
    const write = this.#parts.devices.heardLately(device) ? also : this.#heard(device, also);
    return write === undefined ? Promise.resolve() : this.#parts.commit.run(write);
  }

  #reject({ device, topic, payload }: Message, refusal: Refusal, also?: () => void): Promise<void> {
    const { devices, commit, conduct } = this.#parts;
    const kept = payload.slice();
    conduct.refused(device, topic, refusal);
    return commit.run(() => {
      devices.reject(device, topic, refusal, kept);
      also?.();
    });
  }

  #apply(topic: Topic, message: Message, also?: () => void): Result<Promise<void>> {
    const { devices, telemetry, presence, commit, clock, reported, notifications } = this.#parts;
    const { device, payload } = message;
    const text = decode(payload);
    if (text === null) return refuse("payload.not-json", "the payload is not text in UTF-8");
    const run = (write: () => void): Result<Promise<void>> =>
      accept(
        commit.run(() => {
          write();
          also?.();
        }),
      );
    // MQTT's way to clear what was retained (MQTT-3.3.1-10): there is nothing to learn from it, on any topic.
    if (text === "" && message.retain) return run(() => undefined);
    switch (topic.channel) {
      case "telemetry": {
        const arrivedMs = clock.nowMs();
        const readings = parseTelemetry(text, arrivedMs);
        if (!readings.ok) return readings;
        this.#parts.rhythm.heard(device);
        this.#parts.conduct.dated(device, newestOf(readings.value) - arrivedMs);
        const heard = devices.heardLately(device) ? also : this.#heard(device, also);
        return accept(telemetry.ingest({ device, arrivedMs, payload }, readings.value, heard));
      }
      case "state": {
        if (text === "") return run(() => undefined);
        const attributes = parseAttributes(text);
        if (!attributes.ok) return attributes;
        return run(() => {
          devices.setAttributes(device, attributes.value);
          this.#parts.jobs.described(device, attributes.value);
        });
      }
      case "status": {
        if (text === "") return run(() => undefined);
        if (text !== "online" && text !== "offline") {
          return refuse(
            "payload.invalid",
            `status is online or offline, not ${JSON.stringify(text.slice(0, 40))}`,
          );
        }
        return run(() => presence.said(device, text, message.isWill));
      }
      case "config-reported": {
        const config = parseReportedConfig(text);
        if (!config.ok) return config;
        return run(() => reported(device, config.value));
      }
      case "notification-ack": {
        const ack = parseDeviceAck(text);
        if (!ack.ok) return ack;
        return run(() => notifications.acknowledged(device, ack.value));
      }
      case "command-progress":
      case "command-log":
      case "command-result": {
        if (this.#parts.conduct.answered(device, topic.execution)) return accept(this.#pass(device, also));
        if (!this.#parts.jobs.knows(device, topic.execution)) return unasked();
        const answer = readAnswer(topic.channel, text);
        if (!answer.ok) return answer;
        return run(() => this.#parts.jobs.answered(device, topic.execution, answer.value));
      }
      case "firmware-want": {
        if (!this.#parts.jobs.knows(device, topic.execution)) return unasked();
        const want = parseFirmwareWant(text);
        if (!want.ok) return want;
        this.#parts.jobs.wanted(device, topic.execution, want.value);
        return accept(this.#pass(device, also));
      }
      case "command":
      case "config-desired":
      case "notification":
      case "firmware-part":
        throw new Error(`${topic.channel} is never published by a device`);
      default:
        return assertNever(topic);
    }
  }

  #heard(device: string, also?: () => void): () => void {
    return () => {
      this.#parts.devices.heard(device);
      also?.();
    };
  }
}

function both(one?: () => void, other?: () => void): (() => void) | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return () => {
    one();
    other();
  };
}

/** Says nothing of how well the device speaks by itself. */
const isAnswer = ({ channel }: Topic): boolean =>
  channel.startsWith("command-") || channel === "firmware-want";

function newestOf(readings: readonly Reading[]): number {
  let newestMs = 0;
  for (const { atMs } of readings) if (atMs > newestMs) newestMs = atMs;
  return newestMs;
}

const unasked = () => refuse("mqtt.unknown-topic", "nothing was asked of this device that this could answer");

const decoder = new TextDecoder("utf-8", { fatal: true });

function decode(payload: Uint8Array): string | null {
  try {
    return decoder.decode(payload);
  } catch {
    return null;
  }
}
