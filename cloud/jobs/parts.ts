import type { Logger } from "@logtape/logtape";
import type { Transaction } from "kysely";
import type { Clock } from "../../protocol/clock.ts";
import type { ConfigValues } from "../../protocol/config/device-config.ts";
import type { LiveEvent } from "../../protocol/live/event.ts";
import type { Seq } from "../../protocol/log/cursor.ts";
import type { DownlogEvent } from "../../protocol/log/kinds.ts";
import type { Random } from "../../protocol/random.ts";
import type { Note } from "../audit/audit.ts";
import type { CloudDatabase } from "../database/database.ts";
import type { Tables } from "../database/tables.ts";

/** What jobs need of the rest of the cloud. */
export interface JobsParts {
  db: CloudDatabase;
  clock: Clock;
  random: Random;
  log: Logger;
  /** `Audit.note` */
  note: Note;
  /** `Gateways.appendDown` */
  appendDown(trx: Transaction<Tables>, gatewayId: string, event: DownlogEvent): Promise<Seq>;
  /** Adds settings to what is wanted of a device, and says so to its gateway. Null when that is done, else why not. */
  addToConfig(trx: Transaction<Tables>, deviceId: string, config: ConfigValues): Promise<string | null>;
  isConnected(gatewayId: string): boolean;
  /** Days after which what runs consisted of is forgotten. */
  keepDays: number;
  /** What browsers hear. */
  live: {
    publish(organizationId: string, event: LiveEvent): void;
    isHeard(organizationId: string): boolean;
  };
}
