import type { Logger } from "@logtape/logtape";
import type { Clock } from "../../protocol/clock.ts";
import type { DeviceConfig } from "../../protocol/config/device-config.ts";
import type { ConfigDesired } from "../../protocol/log/downlog/config-desired.ts";
import { toEntry } from "../../protocol/log/kinds.ts";
import type { Topic } from "../../protocol/topics/topics.ts";
import type { EdgeDatabase } from "../database/database.ts";
import type { Uplog } from "../uplog/uplog.ts";
import { DeviceConfigStore } from "./store.ts";

/**
 * What is wanted of each device's settings, and what the device reports.
 *
 * Promises: what the cloud wants is stored in the transaction that moves the downlog's cursor, and lies retained on the
 * device's topic from then on, also after a restart and while the cloud cannot be reached; what a device reports is told
 * to the cloud once a change. Never interprets a setting.
 */
export interface DeviceConfigs {
  /** Publishes every configuration that is wanted. Call it when the broker runs. */
  start(): void;
  /**
   * Takes in an entry of the downlog, inside the transaction that moves the cursor. The last one counts, whatever its
   * version: entries come once and in order, and a cloud that came back from a backup counts on from an older version.
   */
  apply(event: ConfigDesired): void;
  /** Tells the cloud what every device has reported, told before or not. Within the caller's transaction. */
  announce(): void;
  /** The version that is wanted of a device now; null when nothing is. */
  wantedVersionOf(device: string): number | null;
  /** What a device has last reported; null when it has reported nothing. */
  reportedBy(device: string): Record<string, unknown> | null;
  /** The device reports what it runs with. */
  reported(device: string, config: DeviceConfig): void;
}

export interface DeviceConfigParts {
  db: EdgeDatabase;
  uplog: Uplog;
  clock: Clock;
  log: Logger;
  /** Of `edge/broker`. May fail before the broker runs: `start` makes good for it. */
  publishToDevice: (
    topic: Topic,
    payload: string,
    options: { qos: 0 | 1; retain: boolean },
  ) => void | Promise<void>;
}

export function createDeviceConfigs(parts: DeviceConfigParts): DeviceConfigs {
  const { db, uplog, clock, log } = parts;
  const store = new DeviceConfigStore(db.sqlite);

  const publish = (device: string, config: DeviceConfig): void => {
    const failed = (error: unknown): void => {
      // Safe to go on: it is stored, and published again at the next start or change.
      log.warn("could not publish a configuration", { device, error });
    };
    try {
      const topic: Topic = { channel: "config-desired", device };
      const published = parts.publishToDevice(topic, JSON.stringify(config), { qos: 1, retain: true });
      published?.catch(failed);
    } catch (error) {
      failed(error);
    }
  };

  return {
    start() {
      for (const { device, ...config } of store.allDesired()) publish(device, config);
    },
    apply({ device, version, config }) {
      store.setDesired(device, { version, config });
      db.whenDurable(() => publish(device, { version, config }));
    },
    announce() {
      for (const { device, ...config } of store.allReported()) {
        uplog.append(toEntry({ kind: "config.reported", device, ...config }, clock.nowMs()));
      }
    },
    wantedVersionOf: (device) => store.desiredVersion(device),
    reportedBy: (device) => store.reportedBy(device)?.config ?? null,
    reported(device, config) {
      db.transaction(() => {
        if (!store.setReported(device, config)) return;
        uplog.append(toEntry({ kind: "config.reported", device, ...config }, clock.nowMs()));
      });
    },
  };
}
