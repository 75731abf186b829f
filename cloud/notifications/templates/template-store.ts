import type { Kysely, Selectable } from "kysely";
import { toTimestamp } from "../../../protocol/api/list.ts";
import type { Template, TemplateInput } from "../../../protocol/notifications/template.ts";
import type { NotificationTemplateTable } from "../../database/notification-tables.ts";
import type { Tables } from "../../database/tables.ts";

/** The table `notification_template`. */

export type TemplateRow = Selectable<NotificationTemplateTable>;

export async function findTemplate(
  db: Kysely<Tables>,
  organizationId: string,
  id: string,
): Promise<Template | undefined> {
  const row = await db
    .selectFrom("notification_template")
    .selectAll()
    .where("id", "=", id)
    .where("organization_id", "=", organizationId)
    .executeTakeFirst();
  return row === undefined ? undefined : toTemplate(row);
}

/** Whether another one of the organisation is called so. */
export async function isTaken(
  db: Kysely<Tables>,
  organizationId: string,
  name: string,
  butFor: string,
): Promise<boolean> {
  const row = await db
    .selectFrom("notification_template")
    .select("id")
    .where("organization_id", "=", organizationId)
    .where("name", "=", name)
    .where("id", "!=", butFor)
    .executeTakeFirst();
  return row !== undefined;
}

export function toTemplate(row: TemplateRow): Template {
  const { description, language, messages, variables } = JSON.parse(row.spec) as Omit<TemplateInput, "name">;
  return {
    id: row.id,
    name: row.name,
    ...{ description, language, messages, variables },
    createdAt: toTimestamp(row.created_ms),
    updatedAt: toTimestamp(row.updated_ms),
  };
}

export function specText({ description, language, messages, variables }: TemplateInput): string {
  return JSON.stringify({ description, language, messages, variables });
}
