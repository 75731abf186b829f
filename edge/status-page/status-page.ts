import type { Logger } from "@logtape/logtape";
import type { Clock } from "../../protocol/clock.ts";
import type { Random } from "../../protocol/random.ts";
import type { ListenAddress } from "../../protocol/settings/setting.ts";
import type { Reading } from "../../protocol/telemetry/reading.ts";
import type { LocalStatus } from "../../ui/pages/local/local-status.ts";
import type { EdgeDatabase } from "../database/database.ts";
import type { Devices } from "../devices/devices.ts";
import type { GatewayIdentity } from "../enrolment/enrolment.ts";
import type { Uplink } from "../uplink/uplink.ts";
import { provideAccessCode, readAccessCode } from "./access-code.ts";
import { NewestReadings } from "./newest-readings.ts";
import { serveStatus } from "./server.ts";
import { Visits } from "./visits.ts";

export { makeAccessCode, provideAccessCode, readAccessCode } from "./access-code.ts";

/**
 * The gateway's own page, for whoever stands beside it with a phone: how it is, in plain words, with the next step.
 *
 * Promises: it needs no cloud, no script and nothing from elsewhere; it shows nothing to who has not entered the access
 * code, and changes nothing for who has. A port that it cannot have is told in the log, and the gateway does its work all
 * the same.
 */
export interface StatusPage {
  start(): void;
  stop(): void;
  /** Where it listens; null when it does not. */
  address(): ListenAddress | null;
}

export interface StatusPageParts {
  /** Null for no page at all. */
  listen: ListenAddress | null;
  db: EdgeDatabase;
  devices: Devices;
  identity: GatewayIdentity;
  broker: { readonly connections: number };
  /** Where the broker really listens. */
  brokerListen(): ListenAddress;
  uplink: Pick<Uplink, "status" | "behind">;
  /** The last update of the program; null before the first. */
  lastUpdate(): LocalStatus["update"];
  onReadings(listener: (device: string, readings: readonly Reading[]) => void): () => void;
  dataDirectory: string;
  budgetBytes: number;
  version: string;
  clock: Clock;
  random: Random;
  log: Logger;
}

export function createStatusPage(parts: StatusPageParts): StatusPage {
  const { listen, clock, random, log, dataDirectory } = parts;
  const readings = new NewestReadings();
  const visits = new Visits({ clock, random, code: () => readAccessCode(dataDirectory) });
  let stop = (): void => undefined;
  let address: ListenAddress | null = null;
  return {
    start() {
      if (listen === null) return;
      const startedMs = clock.nowMs();
      try {
        provideAccessCode(dataDirectory, random);
        const server = serveStatus(listen, {
          visits,
          status: async () => (await import("./gather.ts")).gatherStatus(parts, readings, startedMs),
          nowMs: () => clock.nowMs(),
        });
        address = { host: listen.host, port: server.port };
        const forget = parts.onReadings((device, some) => readings.add(device, some));
        stop = () => {
          forget();
          server.stop();
          address = null;
        };
        log.info("showing the status page", { ...address });
      } catch (error) {
        // Devices are served without it.
        log.error("the status page cannot be shown", { ...listen, error });
      }
    },
    stop: () => stop(),
    address: () => address,
  };
}
