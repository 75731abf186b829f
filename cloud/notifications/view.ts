import type { Kysely, Selectable } from "kysely";
import { toTimestamp } from "../../protocol/api/list.ts";
import { provenanceOf } from "../../protocol/devices/provenance.ts";
import type { Channel } from "../../protocol/notifications/channel.ts";
import { DELIVERY_STATES, type DeliveryState } from "../../protocol/notifications/delivery.ts";
import type { Delivery } from "../../protocol/notifications/delivery-view.ts";
import type {
  DeliveryCounts,
  Notification,
  NotificationStatus,
} from "../../protocol/notifications/notification.ts";
import type { NotificationCountTable } from "../database/notification-tables.ts";
import type { Tables } from "../database/tables.ts";
import {
  commonOf,
  type DeliveryRow,
  known,
  type NotificationRow,
  type RunRow,
  readSpec,
} from "./engine/spec.ts";
import { namesOf, type TargetNames, targetNames } from "./target-names.ts";

/** From rows to what the API answers. */

type CountRow = Pick<Selectable<NotificationCountTable>, "state" | "deliveries">;

export function toCounts(rows: readonly CountRow[]): DeliveryCounts {
  const counts = Object.fromEntries(DELIVERY_STATES.map((state) => [state, 0])) as DeliveryCounts;
  for (const { state, deliveries } of rows) counts[state as DeliveryState] += deliveries;
  return counts;
}

export function toNotification(
  row: NotificationRow,
  run: RunRow | undefined,
  counts: readonly CountRow[],
  names: TargetNames,
): Notification {
  const { spec } = known(row);
  return {
    id: row.id,
    name: row.name,
    status: row.status as NotificationStatus,
    targets: spec.targets,
    ...namesOf(names, spec.targets),
    message: commonOf(spec),
    template: spec.template,
    variables: { ...spec.variables },
    channels: spec.channels ?? null,
    fallback: spec.fallback,
    timing: spec.timing,
    quietHours: spec.quietHours,
    siteHours: spec.siteHours,
    inbox: spec.inbox,
    dedupeKey: row.dedupe_key,
    nextRunAt: row.next_ms === null ? null : toTimestamp(row.next_ms),
    run:
      run === undefined
        ? null
        : {
            slot: toTimestamp(run.slot_ms),
            recipients: run.recipients,
            startedAt: toTimestamp(run.started_ms),
            endedAt: timeOf(run.ended_ms),
          },
    counts: toCounts(counts),
    createdAt: toTimestamp(row.created_ms),
    createdBy: row.created_by === null ? null : { id: row.created_by, name: row.created_name },
    cancelledAt: timeOf(row.cancelled_ms),
  };
}

export async function readNotification(
  db: Kysely<Tables>,
  organizationId: string,
  id: string,
): Promise<Notification | null> {
  const row = await db
    .selectFrom("notification")
    .selectAll()
    .where("id", "=", id)
    .where("organization_id", "=", organizationId)
    .executeTakeFirst();
  if (row === undefined) return null;
  const runs = await newestRuns(db, [id]);
  const counts = await countsOf(db, [id]);
  const names = await targetNames(db, organizationId, [readSpec(row.spec).targets]);
  return toNotification(row, runs.get(id), counts.get(id) ?? [], names);
}

/** The newest run of each that has one. */
export async function newestRuns(db: Kysely<Tables>, ids: readonly string[]): Promise<Map<string, RunRow>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom("notification_run")
    .selectAll()
    .where("notification_id", "in", ids)
    .where("slot_ms", "=", (of) =>
      of
        .selectFrom("notification_run as newest")
        .select((run) => run.fn.max("newest.slot_ms").as("slot"))
        .whereRef("newest.notification_id", "=", "notification_run.notification_id"),
    )
    .execute();
  return new Map(rows.map((row) => [row.notification_id, row]));
}

export async function countsOf(
  db: Kysely<Tables>,
  ids: readonly string[],
): Promise<Map<string, (CountRow & { channel: string })[]>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom("notification_count")
    .select(["notification_id", "channel", "state", "deliveries"])
    .where("notification_id", "in", ids)
    .execute();
  return Map.groupBy(rows, (row) => row.notification_id);
}

export function toDelivery(row: DeliveryRow & { notification_name: string }): Delivery {
  return {
    id: row.id,
    notificationId: row.notification_id,
    notificationName: row.notification_name,
    slot: toTimestamp(row.slot_ms),
    channel: row.channel as Channel,
    recipient: {
      kind: row.recipient_kind as Delivery["recipient"]["kind"],
      id: row.recipient_id,
      name: row.recipient_name,
      provenance: provenanceOf(row.simulated === 1),
    },
    state: row.state as DeliveryState,
    reason: row.reason,
    attempts: row.attempts,
    dueAt: row.state === "queued" ? toTimestamp(row.due_ms) : null,
    expiresAt: toTimestamp(row.expires_ms),
    createdAt: toTimestamp(row.created_ms),
    sentAt: timeOf(row.sent_ms),
    deliveredAt: timeOf(row.delivered_ms),
    openedAt: timeOf(row.opened_ms),
    dismissedAt: timeOf(row.dismissed_ms),
  };
}

export const timeOf = (atMs: number | null): string | null => (atMs === null ? null : toTimestamp(atMs));
