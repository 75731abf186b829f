import type { Aedes, Client } from "aedes";
import { isId } from "../../protocol/ids.ts";
import { isJsonObject, parseJson } from "../../protocol/json.ts";
import type { DeviceAck } from "../../protocol/notifications/device-notification.ts";
import { parseTopic } from "../../protocol/topics/topics.ts";
import type { GroupCommit } from "../telemetry/group-commit.ts";

/** What `edge/notifications` hears of the broker. */
export interface NotificationHooks {
  /** Within the transaction under way. */
  acknowledged(device: string, ack: DeviceAck): void;
  /** A device has subscribed, and gets what is published from now on. */
  subscribed(device: string, filter: string): void;
}

interface HookParts {
  notifications: NotificationHooks;
  commit: GroupCommit;
  deviceOf(client: Client): string | undefined;
}

/** The return code of a SUBACK that refuses (MQTT 3.1.1 section 3.9.3). */
const SUBACK_FAILURE = 128;

/**
 * Tells when a device subscribes, and when it has a notification: in a session that is kept its PUBACK is its word for
 * it. Of a clean session the broker does not know which message was acknowledged: there only `notification/ack` counts.
 */
export function hookNotifications(aedes: Aedes, { notifications, commit, deviceOf }: HookParts): void {
  aedes.on("subscribe", (subscriptions, client) => {
    const device = deviceOf(client);
    if (device === undefined) return;
    for (const { topic, qos } of subscriptions)
      if (Number(qos) !== SUBACK_FAILURE) notifications.subscribed(device, topic);
  });
  aedes.on("ack", (packet, client) => {
    const device = deviceOf(client);
    // None for a PUBREC, nor of a clean session.
    const acked = packet as { topic?: string; payload?: Uint8Array } | undefined;
    if (device === undefined || acked?.topic === undefined || acked.payload === undefined) return;
    if (parseTopic(acked.topic)?.channel !== "notification") return;
    const payload = parseJson(new TextDecoder().decode(acked.payload));
    const id = payload.ok && isJsonObject(payload.value) ? payload.value.id : undefined;
    if (typeof id !== "string" || !isId(id)) return;
    // Not stored, it is published again when the device subscribes.
    commit.run(() => notifications.acknowledged(device, { id, action: "delivered" })).catch(() => undefined);
  });
}
