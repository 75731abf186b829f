import type { Logger } from "@logtape/logtape";
import type { Clock } from "../../protocol/clock.ts";
import type { NotificationSend } from "../../protocol/log/downlog/notification-send.ts";
import { toEntry } from "../../protocol/log/kinds.ts";
import type { NotificationAck } from "../../protocol/log/uplog/notification-ack.ts";
import { type DeviceAck, deviceNotification } from "../../protocol/notifications/device-notification.ts";
import { filterMatches } from "../../protocol/topics/filter.ts";
import { formatTopic } from "../../protocol/topics/topics.ts";
import { DAY, SECOND } from "../../protocol/units.ts";
import type { EdgeDatabase } from "../database/database.ts";
import type { Uplog } from "../uplog/uplog.ts";
import { NotificationStore, type Waiting } from "./store.ts";

/**
 * Notifications on their way to the site's devices.
 *
 * Promises: one that the cloud sent is stored in the transaction that moves the downlog's cursor, published at once,
 * and again whenever its device subscribes, until the device has acknowledged it or it has expired; what became of it is
 * told to the cloud once, also when the device answers while the cloud cannot be reached. A device may get one twice,
 * as with any message of QoS 1, and knows it by its `id`.
 */
export interface Notifications {
  start(): void;
  stop(): void;
  /** Takes in an entry of the downlog, inside the transaction that moves the cursor. */
  apply(event: NotificationSend): void;
  /** A device has subscribed: what waits for it is published. */
  subscribed(device: string, filter: string): void;
  /** A device says what became of one. Within the caller's transaction. One that nobody knows any more is nothing. */
  acknowledged(device: string, ack: DeviceAck): void;
}

export interface NotificationsParts {
  db: EdgeDatabase;
  uplog: Uplog;
  clock: Clock;
  log: Logger;
  /** Of `edge/broker`. */
  publish(device: string, payload: string): Promise<void>;
}

/** How exactly expiry is kept. */
const LOOK_EVERY_MS = 10 * SECOND;
const EXPIRED_AT_ONCE = 500;
/** For so long after its expiry one can still be told to have been opened. */
const KEPT_AFTER_MS = 7 * DAY;

export function createNotifications(parts: NotificationsParts): Notifications {
  const { db, uplog, clock, log } = parts;
  const store = new NotificationStore(db.sqlite);
  let cancelLook = (): void => undefined;

  const publish = ({ id, device, payload }: Waiting): void => {
    // Safe to go on: it waits, and is published again when the device subscribes.
    const failed = (error: unknown): void =>
      log.warn("could not publish a notification", { device, id, error });
    try {
      parts.publish(device, payload).catch(failed);
    } catch (error) {
      failed(error);
    }
  };

  const tell = (device: string, id: string, action: NotificationAck["action"]): void => {
    if (!store.setReceived(device, id, action)) return;
    const atMs = clock.nowMs();
    uplog.append(toEntry({ kind: "notification.ack", device, id, action, atMs }, atMs));
  };

  const look = (): void => {
    db.transaction(() => {
      const nowMs = clock.nowMs();
      for (const { device, id } of store.expired(nowMs, EXPIRED_AT_ONCE)) tell(device, id, "expired");
      store.forgetBefore(nowMs - KEPT_AFTER_MS);
    });
    cancelLook = clock.after(LOOK_EVERY_MS, look);
  };

  return {
    start: look,
    stop: () => cancelLook(),

    apply({ device, id, expiresMs, message }) {
      const waiting = { id, device, payload: deviceNotification(id, message, expiresMs) };
      if (!store.add({ ...waiting, expiresMs })) return;
      if (expiresMs > clock.nowMs()) db.whenDurable(() => publish(waiting));
      else tell(device, id, "expired");
    },

    subscribed(device, filter) {
      if (!filterMatches(filter, formatTopic({ channel: "notification", device }))) return;
      const all = store.waitingFor(device, clock.nowMs());
      db.whenDurable(() => all.forEach(publish));
    },

    acknowledged: (device, { id, action }) => tell(device, id, action),
  };
}
