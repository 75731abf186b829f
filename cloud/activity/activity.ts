import type { Logger } from "@logtape/logtape";
import type { Transaction } from "kysely";
import { type Activity, type ActivityQuery, HAPPENING_KINDS } from "../../protocol/activity/activity.ts";
import { toTimestamp } from "../../protocol/api/list.ts";
import type { Clock } from "../../protocol/clock.ts";
import { provenanceOf } from "../../protocol/devices/provenance.ts";
import { accept, type Result } from "../../protocol/errors.ts";
import { MINUTE } from "../../protocol/units.ts";
import { mayDo, type Needs, type Scope } from "../accounts/scope.ts";
import type { NewestEntry } from "../audit/audit.ts";
import type { CloudDatabase } from "../database/database.ts";
import type { Tables } from "../database/tables.ts";
import { groupHappenings } from "./grouping.ts";
import { deleteOldest, type Happening, insertHappening, selectHappenings } from "./store.ts";

export { activityRoutes } from "./routes.ts";
export type { Happening } from "./store.ts";

/** Writes what happened in the transaction that makes it so. */
export type Happened = (trx: Transaction<Tables>, happening: Happening) => Promise<void>;

/**
 * What happened lately: devices and gateways that came and went, and what people did.
 *
 * Promises: what happened is written in the transaction that made it so; each reader sees only what they might ask the
 * API for; the newest {@link KEPT_MAX} of each organisation stay.
 * Never evidence: that is the audit log, whose entries are shown here and not copied.
 */
export interface ActivityFeed {
  happened: Happened;
  /** The newest, newest first; what befell many devices of a site within minutes is one line. */
  list(scope: Scope, query: ActivityQuery): Promise<Result<{ items: Activity[] }>>;
  /** Forgets the oldest, of every organisation. */
  trim(): Promise<void>;
  /** Begins to forget what is old, every hour. */
  start(): void;
  /** Resolves when the statement under way has ended. */
  stop(): Promise<void>;
}

/** What people need to be allowed; of devices, gateways and people they see what they may see anyway. */
export const ACTIVITY_NEEDS: Needs<ActivityFeed> = { list: "site:read" };

/** Of an organisation; more is forgotten within the hour. */
export const KEPT_MAX = 2_000;
/** Rows that are looked at for one list: they become fewer lines. */
const LOOKED_AT_MAX = 400;
const TRIM_EVERY_MS = 60 * MINUTE;

export interface ActivityParts {
  db: CloudDatabase;
  clock: Clock;
  log: Logger;
  /** `Audit.newest` */
  newestDeeds(organizationId: string, limit: number): Promise<NewestEntry[]>;
}

export function createActivity(parts: ActivityParts): ActivityFeed {
  const { db, clock, log } = parts;
  let cancel: (() => void) | null = null;
  let running: Promise<void> | null = null;
  let stopped = true;

  const trim = async (): Promise<void> => {
    for (const { id } of await db.read.selectFrom("organization").select("id").execute())
      await db.write((trx) => deleteOldest(trx, id, KEPT_MAX));
  };
  const turn = async (): Promise<void> => {
    running = trim().catch((error: unknown) => log.error("old activity could not be forgotten", { error }));
    await running;
    running = null;
    cancel = stopped ? null : clock.after(TRIM_EVERY_MS, () => void turn());
  };

  return {
    happened: insertHappening,
    trim,

    async list(scope, { limit }) {
      const kinds = HAPPENING_KINDS.filter((kind) =>
        mayDo(scope, kind.startsWith("device.") ? "device:read" : "gateway:read"),
      );
      const [rows, deeds] = await Promise.all([
        kinds.length === 0 ? [] : selectHappenings(db.read, scope.organizationId, kinds, LOOKED_AT_MAX),
        mayDo(scope, "audit:read") ? parts.newestDeeds(scope.organizationId, limit) : [],
      ]);
      const items = [...groupHappenings(rows), ...deeds.map(toActivity)];
      // Equal moments keep their order: what happened last comes first in both.
      items.sort((one, other) => Date.parse(other.at) - Date.parse(one.at));
      return accept({ items: items.slice(0, limit) });
    },

    start() {
      stopped = false;
      cancel ??= clock.after(TRIM_EVERY_MS, () => void turn());
    },

    async stop() {
      stopped = true;
      cancel?.();
      cancel = null;
      await running;
    },
  };
}

function toActivity(row: NewestEntry): Activity {
  return {
    at: toTimestamp(row.at_ms),
    kind: "deed",
    count: 1,
    site: null,
    device: null,
    deed: {
      actor: row.actor_id === null ? null : row.actor_name,
      action: row.action,
      target: {
        ...{ kind: row.target_kind, id: row.target_id, name: row.target_name },
        provenance: provenanceOf(row.simulated === 1),
      },
    },
  };
}
