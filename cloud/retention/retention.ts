/**
 * For how long telemetry is kept: each organisation's settings, and the task that keeps to them.
 *
 * Promises: what is older than the raw days is thinned to its digests, in which count, least, greatest and mean stay
 * true; what is older than the days it is kept is dropped; both in small transactions, so that gateways do not wait.
 * Never touches what is younger, nor states, configuration or logs; never thins a chunk that no digest has.
 */
import type { Logger } from "@logtape/logtape";
import type { Compressor } from "../../protocol/chunks/chunk.ts";
import type { Clock } from "../../protocol/clock.ts";
import { accept, type Result, refuseField } from "../../protocol/errors.ts";
import { RETENTION_FIELDS, type Retention, type RetentionPatch } from "../../protocol/telemetry/retention.ts";
import type { Needs, Scope } from "../accounts/scope.ts";
import type { Note } from "../audit/audit.ts";
import type { CloudDatabase } from "../database/database.ts";
import { type IfMatch, pick, refuseLostUpdate } from "../http/versions.ts";
import { type RetentionDays, readRetention, writeRetention } from "./store.ts";
import { Sweeps } from "./sweeps.ts";

export { retentionRoutes } from "./routes.ts";
export type { RetentionDays } from "./store.ts";

export interface RetentionParts {
  db: CloudDatabase;
  clock: Clock;
  log: Logger;
  compressor: Compressor;
  note: Note;
  /** What counts for organisations that have set nothing. */
  defaults: RetentionDays;
}

export interface Retentions {
  get(scope: Scope): Promise<Result<Retention>>;
  /** Codes: `request.invalid`; `record.changed` when it is at none of these versions. */
  change(scope: Scope, patch: RetentionPatch, ifMatch?: IfMatch): Promise<Result<Retention>>;
  /** Begins to keep to the settings, soon and then every hour. */
  start(): void;
  stop(): Promise<void>;
  /** Keeps to them now. */
  sweep(): Promise<void>;
}

/** What people need to be allowed. */
export const RETENTION_NEEDS: Needs<Retentions> = { get: "organization:read", change: "organization:write" };

export function createRetentions(parts: RetentionParts): Retentions {
  const { db, clock, defaults, note } = parts;
  const sweeps = new Sweeps(parts);
  const toRetention = (days: RetentionDays | undefined): Retention => ({
    ...(days ?? defaults),
    isDefault: days === undefined,
  });
  return {
    start: () => sweeps.start(),
    stop: () => sweeps.stop(),
    sweep: () => sweeps.sweep(),

    async get(scope) {
      return accept(toRetention(await readRetention(db.read, scope.organizationId)));
    },

    async change(scope, patch, ifMatch) {
      return db.write(async (trx) => {
        const before = toRetention(await readRetention(trx, scope.organizationId));
        const lost = await refuseLostUpdate(ifMatch, pick(before, RETENTION_FIELDS));
        if (lost !== null) return lost;
        const after: RetentionDays = {
          rawDays: patch.rawDays ?? before.rawDays,
          keepDays: patch.keepDays ?? before.keepDays,
        };
        if (after.keepDays > 0 && after.rawDays > after.keepDays) {
          return refuseField(
            "rawDays",
            "must not be more than the days until it is deleted: what is dropped cannot be kept raw",
          );
        }
        await writeRetention(trx, scope.organizationId, after, clock.nowMs());
        await note(trx, scope, {
          action: "retention.update",
          target: { id: scope.organizationId, name: "telemetry" },
          before: { rawDays: before.rawDays, keepDays: before.keepDays },
          after,
        });
        return accept(toRetention(after));
      });
    },
  };
}
