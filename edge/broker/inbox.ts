import type { Clock } from "../../protocol/clock.ts";
import { type DeviceConfig, parseReportedConfig } from "../../protocol/config/device-config.ts";
import { parseAttributes } from "../../protocol/devices/attributes.ts";
import { assertNever, type Result, refuse } from "../../protocol/errors.ts";
import { parseTelemetry } from "../../protocol/telemetry/reading.ts";
import { mayPublish } from "../../protocol/topics/acl.ts";
import type { Topic } from "../../protocol/topics/topics.ts";
import type { Devices } from "../devices/devices.ts";
import type { GroupCommit } from "../telemetry/group-commit.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";
import type { Presence } from "./presence.ts";

export interface InboxParts {
  devices: Devices;
  telemetry: Telemetry;
  presence: Presence;
  commit: GroupCommit;
  clock: Clock;
  /** Takes a configuration a device reports, inside the transaction that is under way. */
  reported(device: string, config: DeviceConfig): void;
}

/**
 * What becomes of a message from a device. Resolves when what it means is durable: only then may the broker
 * acknowledge it. `refused` means it may not be sent at all, and the connection ends; `kept-out` that it could not be
 * understood: it is counted, kept for the installer, and acknowledged, because sending it again would not mend it.
 */
export type Taken = { outcome: "taken" | "kept-out" } | { outcome: "refused"; reason: string };

export class Inbox {
  readonly #parts: InboxParts;

  constructor(parts: InboxParts) {
    this.#parts = parts;
  }

  async take(device: string, topicName: string, payload: Uint8Array): Promise<Taken> {
    const { devices, commit } = this.#parts;
    const topic = mayPublish(device, topicName);
    if (!topic.ok) {
      await commit.run(() => devices.reject(device, topicName, topic.refusal, payload));
      return { outcome: "refused", reason: topic.refusal.detail };
    }
    const effect = await this.#apply(topic.value, payload);
    if (effect.ok) return { outcome: "taken" };
    await commit.run(() => devices.reject(device, topicName, effect.refusal, payload));
    return { outcome: "kept-out" };
  }

  async #apply(topic: Topic, payload: Uint8Array): Promise<Result<void>> {
    const { devices, telemetry, presence, commit, clock, reported } = this.#parts;
    const { device } = topic;
    const text = decode(payload);
    if (text === null) return refuse("payload.not-json", "the payload is not text in UTF-8");
    switch (topic.channel) {
      case "telemetry": {
        const arrivedMs = clock.nowMs();
        const readings = parseTelemetry(text, arrivedMs);
        if (!readings.ok) return readings;
        const written = telemetry.ingest({ device, arrivedMs, payload }, readings.value);
        const heard = devices.heardLately(device) ? null : commit.run(() => devices.heard(device));
        await Promise.all([written, heard]);
        break;
      }
      case "state": {
        // An empty retained message is MQTT's way to clear what was retained; there is nothing to learn from it.
        if (text === "") break;
        const attributes = parseAttributes(text);
        if (!attributes.ok) return attributes;
        await commit.run(() => devices.setAttributes(device, attributes.value));
        break;
      }
      case "status": {
        if (text === "") break;
        if (text !== "online" && text !== "offline") {
          return refuse(
            "payload.invalid",
            `status is online or offline, not ${JSON.stringify(text.slice(0, 40))}`,
          );
        }
        await commit.run(() => presence.said(device, text));
        break;
      }
      case "config-reported": {
        const config = parseReportedConfig(text);
        if (!config.ok) return config;
        await commit.run(() => reported(device, config.value));
        break;
      }
      case "command-progress":
      case "command-log":
      case "command-result":
      case "notification-ack":
        return refuse("mqtt.unknown-topic", "nothing was asked of this device that this could answer");
      case "command":
      case "config-desired":
      case "notification":
        throw new Error(`${topic.channel} is never published by a device`);
      default:
        return assertNever(topic);
    }
    return { ok: true, value: undefined };
  }
}

const decoder = new TextDecoder("utf-8", { fatal: true });

function decode(payload: Uint8Array): string | null {
  try {
    return decoder.decode(payload);
  } catch {
    return null;
  }
}
