import { type Kysely, type Selectable, type SqlBool, sql } from "kysely";
import { toTimestamp } from "../../../protocol/api/list.ts";
import { accept } from "../../../protocol/errors.ts";
import type { InboxItem, InboxQuery } from "../../../protocol/notifications/inbox.ts";
import type { Message, Priority } from "../../../protocol/notifications/message.ts";
import type { Scope } from "../../accounts/scope.ts";
import type { InboxItemTable } from "../../database/notification-tables.ts";
import { cutPage, likePattern } from "../../database/paging.ts";
import type { Tables } from "../../database/tables.ts";
import type { NotificationParts, Notifications } from "../notifying.ts";
import { timeOf } from "../view.ts";

/** What a person was told: their own, and nobody else's. */

type Db = Kysely<Tables>;

export function createInbox({
  db,
  clock,
  live,
}: NotificationParts): Pick<Notifications, "inbox" | "unread" | "markRead"> {
  return {
    async inbox(scope, query) {
      let select = own(db.read, scope, query)
        .selectAll()
        .orderBy("id", "desc")
        .limit(query.limit + 1);
      if (query.cursor !== undefined) select = select.where("id", "<", query.cursor.id);
      const rows = await select.execute();
      const { page, nextCursor } = cutPage(rows, query.limit, ({ id }) => ({ value: 0, id }));
      const { total } = await own(db.read, scope, query)
        .select((eb) => eb.fn.countAll<number>().as("total"))
        .executeTakeFirstOrThrow();
      return accept({
        items: page.map(toItem),
        nextCursor,
        total,
      });
    },

    unread: async (scope) => accept({ unread: await countUnread(db.read, scope) }),

    async markRead(scope, { ids, read }) {
      const unread = await db.write(async (trx) => {
        let update = trx
          .updateTable("inbox_item")
          .set({ read_ms: read ? clock.nowMs() : null })
          .where("user_id", "=", scope.userId)
          .where("organization_id", "=", scope.organizationId)
          .where("read_ms", read ? "is" : "is not", null);
        if (ids !== undefined) update = update.where("id", "in", ids);
        await update.execute();
        await scope.joinCommit?.(trx);
        const left = await countUnread(trx, scope);
        db.onCommit(trx, () =>
          live.publish(
            scope.organizationId,
            { type: "notification:read", unread: left },
            new Set([scope.userId]),
          ),
        );
        return left;
      });
      return accept({ unread });
    },
  };
}

function own(db: Db, { userId, organizationId }: Scope, query: InboxQuery) {
  const { read, priority, category, q } = query;
  let select = db
    .selectFrom("inbox_item")
    .where("user_id", "=", userId)
    .where("organization_id", "=", organizationId);
  if (read !== undefined) select = select.where("read_ms", read === "true" ? "is not" : "is", null);
  if (priority !== undefined) select = select.where("priority", "=", priority);
  if (category !== undefined) select = select.where("category", "=", category);
  if (q !== undefined && q !== "")
    select = select.where(sql<SqlBool>`lower(title) like ${likePattern(q)} escape '\\'`);
  return select;
}

async function countUnread(db: Db, { userId, organizationId }: Scope): Promise<number> {
  const { unread } = await db
    .selectFrom("inbox_item")
    .select((eb) => eb.fn.countAll<number>().as("unread"))
    .where("user_id", "=", userId)
    .where("organization_id", "=", organizationId)
    .where("read_ms", "is", null)
    .executeTakeFirstOrThrow();
  return unread;
}

function toItem(row: Selectable<InboxItemTable>): InboxItem {
  const message = JSON.parse(row.message) as Message;
  return {
    id: row.id,
    notificationId: row.notification_id,
    title: row.title,
    body: message.body,
    link: message.link ?? null,
    image: message.image ?? null,
    actions: message.actions,
    priority: row.priority as Priority,
    category: row.category,
    at: toTimestamp(row.at_ms),
    readAt: timeOf(row.read_ms),
  };
}
