import type { Kysely, Selectable } from "kysely";
import type { JobTiming } from "../../../protocol/jobs/job-timing.ts";
import type { Message } from "../../../protocol/notifications/message.ts";
import type { NotificationInput } from "../../../protocol/notifications/notification.ts";
import {
  BUILT_IN_VARIABLES,
  fill,
  placeholdersIn,
  type Variables,
} from "../../../protocol/notifications/placeholders.ts";
import type { NotificationTargets } from "../../../protocol/notifications/targets.ts";
import { messageFor, type Wording } from "../../../protocol/notifications/template.ts";
import type {
  DeliveryTable,
  NotificationRunTable,
  NotificationTable,
} from "../../database/notification-tables.ts";
import type { Tables } from "../../database/tables.ts";

export type NotificationRow = Selectable<NotificationTable>;
export type RunRow = Selectable<NotificationRunTable>;
export type DeliveryRow = Selectable<DeliveryTable>;

/** What a notification was made with: the column `spec`. */
export interface NotificationSpec {
  /** Null of a push that was handed over at once: its recipients were given one by one. */
  targets: NotificationTargets | null;
  /** As it was when the notification was made. */
  wording: Wording;
  template: { id: string; name: string } | null;
  variables: Variables;
  channels: NotificationInput["channels"] | null;
  fallback: NonNullable<NotificationInput["fallback"]> | null;
  timing: JobTiming;
  quietHours: NotificationInput["quietHours"];
  siteHours: NonNullable<NotificationInput["siteHours"]> | null;
  inbox: boolean;
  /** Nothing is filled in: what looks like a place is a text. */
  isVerbatim?: boolean;
}

/** A notification with its spec read. */
export interface KnownNotification {
  row: NotificationRow;
  spec: NotificationSpec;
  /** Whether its message differs from recipient to recipient by more than the language. */
  isPersonal: boolean;
}

export const readSpec = (text: string): NotificationSpec => JSON.parse(text) as NotificationSpec;

export function known(row: NotificationRow): KnownNotification {
  const spec = readSpec(row.spec);
  const used = new Set(Object.values(spec.wording.messages).flatMap(placeholdersIn));
  return {
    row,
    spec,
    isPersonal: spec.isVerbatim !== true && BUILT_IN_VARIABLES.some((name) => used.has(name)),
  };
}

export async function findNotification(
  db: Kysely<Tables>,
  organizationId: string,
  id: string,
): Promise<KnownNotification | undefined> {
  const row = await db
    .selectFrom("notification")
    .selectAll()
    .where("id", "=", id)
    .where("organization_id", "=", organizationId)
    .executeTakeFirst();
  return row === undefined ? undefined : known(row);
}

/** The message for one recipient. `own`: what places that are about the recipient are filled with. */
export function messageTo(
  { wording, variables, isVerbatim = false }: NotificationSpec,
  language: string | null,
  own: Variables,
): Message {
  if (isVerbatim) return messageFor(wording, language);
  const defaults = Object.fromEntries(
    wording.variables.flatMap((one) => (one.default === undefined ? [] : [[one.name, one.default]])),
  );
  return fill(messageFor(wording, language), { ...defaults, ...variables, ...own });
}

/** What all recipients have in common: from the message in the template's own language. */
export function commonOf({ wording }: NotificationSpec): Message {
  return messageFor(wording, null);
}

/** Whether it may go as soon as it is its turn. */
export function isReady(row: Pick<DeliveryRow, "queue">): boolean {
  return row.queue === 1;
}
