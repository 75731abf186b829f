import { type Kysely, type SqlBool, sql } from "kysely";
import { accept, refuse } from "../../protocol/errors.ts";
import type { Channel } from "../../protocol/notifications/channel.ts";
import type { DeliveryState } from "../../protocol/notifications/delivery.ts";
import type { DeliveryQuery } from "../../protocol/notifications/delivery-view.ts";
import type { NotificationQuery } from "../../protocol/notifications/notification.ts";
import type { Scope } from "../accounts/scope.ts";
import { cutPage, isAfter, likePattern, orderBy, type SortOrder, totalOf } from "../database/paging.ts";
import type { Tables } from "../database/tables.ts";
import { historyOf } from "./delivery-history.ts";
import { findNotification, readSpec } from "./engine/spec.ts";
import { linesOf } from "./engine/statements.ts";
import type { NotificationParts, Notifications } from "./notifying.ts";
import { targetNames } from "./target-names.ts";
import { countsOf, newestRuns, toCounts, toDelivery, toNotification } from "./view.ts";

/** What people see of notifications that were made, and of their deliveries. */

type History = Pick<Notifications, "list" | "get" | "deliveries" | "delivery" | "deadLetters">;
type Db = Kysely<Tables>;
type Sort = "created_ms" | "name" | "next_ms";

const SORTS = { createdAt: "created_ms", name: "name", nextRunAt: "next_ms" } as const;
const NEWEST_FIRST = { column: "created_ms", descending: true } as const;
const REASONS_SHOWN = 20;
/** Of how the counted event is called, the state it led to. */
const STATE_OF: Record<string, DeliveryState> = { failed: "failed", expired: "expired", dropped: "dropped" };

export function createHistory({ db }: Pick<NotificationParts, "db">): History {
  const missing = (id: string) => refuse("record.not-found", `notification ${id}`);

  return {
    async list(scope, query) {
      const order = orderBy(query.sort, SORTS, NEWEST_FIRST);
      const rows = await selectNotifications(db.read, scope, query, order);
      const keyOf = (row: (typeof rows)[number]) => ({ value: row[order.column] ?? 0, id: row.id });
      const { page, nextCursor } = cutPage(rows, query.limit, keyOf);
      const ids = page.map(({ id }) => id);
      const runs = await newestRuns(db.read, ids);
      const counts = await countsOf(db.read, ids);
      const targets = page.map(({ spec }) => readSpec(spec).targets);
      const names = await targetNames(db.read, scope.organizationId, targets);
      const { total } = await meant(db.read, scope, query)
        .select((eb) => eb.fn.countAll<number>().as("total"))
        .executeTakeFirstOrThrow();
      return accept({
        items: page.map((row) => toNotification(row, runs.get(row.id), counts.get(row.id) ?? [], names)),
        nextCursor,
        total,
      });
    },

    async get(scope, id) {
      const found = await findNotification(db.read, scope.organizationId, id);
      if (found === undefined) return missing(id);
      const counts = (await countsOf(db.read, [id])).get(id) ?? [];
      const reasons = await db.read
        .selectFrom("delivery_reason")
        .select((eb) => ["channel", "event", "reason", eb.fn.sum<number>("deliveries").as("deliveries")])
        .where("notification_id", "=", id)
        .where("event", "in", Object.keys(STATE_OF))
        .groupBy(["channel", "event", "reason"])
        .orderBy("deliveries", "desc")
        .limit(REASONS_SHOWN)
        .execute();
      const run = (await newestRuns(db.read, [id])).get(id);
      const names = await targetNames(db.read, scope.organizationId, [found.spec.targets]);
      return accept({
        ...toNotification(found.row, run, counts, names),
        channelCounts: [...Map.groupBy(counts, ({ channel }) => channel)].map(([channel, some]) => ({
          channel: channel as Channel,
          counts: toCounts(some),
        })),
        reasons: reasons.map(({ channel, event, reason, deliveries }) => ({
          ...{ channel: channel as Channel, state: STATE_OF[event]!, reason, deliveries: Number(deliveries) },
        })),
      });
    },

    async deliveries(scope, id, query) {
      if ((await findNotification(db.read, scope.organizationId, id)) === undefined) return missing(id);
      const all = () => {
        let select = deliveriesOf(db.read, scope).where("delivery.notification_id", "=", id);
        if (query.state !== undefined) select = select.where("delivery.state", "=", sql.lit(query.state));
        if (query.channel !== undefined) select = select.where("delivery.channel", "=", query.channel);
        return named(select, query.q);
      };
      let select = all()
        .orderBy("delivery.id")
        .limit(query.limit + 1);
      if (query.cursor !== undefined) select = select.where("delivery.id", ">", query.cursor.id);
      // Counted as they move: to count a million again takes longer than to read a page of them.
      const isCounted = query.q === undefined || query.q === "";
      const count = () => (isCounted ? countedDeliveries(db.read, id, query) : countOf(all()));
      return accept(await pageOf(select, count, query));
    },

    async delivery(scope, id, delivery) {
      const row = await deliveriesOf(db.read, scope)
        .selectAll("delivery")
        .select("notification.name as notification_name")
        .where("delivery.id", "=", delivery)
        .where("delivery.notification_id", "=", id)
        .executeTakeFirst();
      if (row === undefined) return refuse("record.not-found", `delivery ${delivery} of notification ${id}`);
      const lines = await linesOf(db.read, delivery);
      return accept({
        ...toDelivery(row),
        history: historyOf(row.sent_ms, lines),
      });
    },

    async deadLetters(scope, query) {
      const all = () => {
        let select = deliveriesOf(db.read, scope).where("delivery.state", "=", sql.lit("failed"));
        if (query.channel !== undefined) select = select.where("delivery.channel", "=", query.channel);
        if (query.notification !== undefined)
          select = select.where("delivery.notification_id", "=", query.notification);
        return named(select, query.q);
      };
      let select = all()
        .orderBy("delivery.id", "desc")
        .limit(query.limit + 1);
      if (query.cursor !== undefined) select = select.where("delivery.id", "<", query.cursor.id);
      return accept(await pageOf(select, () => countOf(all()), query));
    },
  };
}

function deliveriesOf(db: Db, { organizationId }: Scope) {
  return (
    db
      .selectFrom("delivery")
      // A cross join keeps the order on SQLite: deliveries are gone through as an index has them.
      .crossJoin("notification")
      .whereRef("notification.id", "=", "delivery.notification_id")
      .where("delivery.organization_id", "=", organizationId)
  );
}

type Deliveries = ReturnType<typeof deliveriesOf>;

function named(select: Deliveries, q: string | undefined): Deliveries {
  if (q === undefined || q === "") return select;
  return select.where(sql<SqlBool>`lower(delivery.recipient_name) like ${likePattern(q)} escape '\\'`);
}

async function countOf(all: Deliveries): Promise<number> {
  const { total } = await all.select((eb) => eb.fn.countAll<number>().as("total")).executeTakeFirstOrThrow();
  return total;
}

async function countedDeliveries(db: Db, id: string, { state, channel }: DeliveryQuery): Promise<number> {
  let counts = db
    .selectFrom("notification_count")
    .select((eb) => eb.fn.coalesce(eb.fn.sum<number>("deliveries"), sql.lit(0)).as("total"))
    .where("notification_id", "=", id);
  if (state !== undefined) counts = counts.where("state", "=", state);
  if (channel !== undefined) counts = counts.where("channel", "=", channel);
  return Number((await counts.executeTakeFirstOrThrow()).total);
}

async function pageOf(
  select: Deliveries,
  count: () => Promise<number>,
  query: Pick<DeliveryQuery, "cursor" | "limit">,
) {
  const rows = await select.selectAll("delivery").select("notification.name as notification_name").execute();
  const { page, nextCursor } = cutPage(rows, query.limit, ({ id }) => ({ value: 0, id }));
  return {
    items: page.map(toDelivery),
    nextCursor,
    total: await totalOf(rows, query, count),
  };
}

function selectNotifications(db: Db, scope: Scope, query: NotificationQuery, order: SortOrder<Sort>) {
  const direction = order.descending ? "desc" : "asc";
  const sorted =
    order.column === "next_ms"
      ? sql<string | number>`coalesce(notification.next_ms, 0)`
      : sql<string | number>`${sql.ref(`notification.${order.column}`)}`;
  let select = meant(db, scope, query)
    .selectAll("notification")
    .orderBy(sorted, direction)
    .orderBy("notification.id", direction)
    .limit(query.limit + 1);
  if (query.cursor !== undefined) {
    select = select.where(isAfter(sorted, sql.ref("notification.id"), order, query.cursor));
  }
  return select.execute();
}

function meant(db: Db, { organizationId }: Scope, query: NotificationQuery) {
  const { status, device, channel, failed, from, to, q } = query;
  let select = db.selectFrom("notification").where("notification.organization_id", "=", organizationId);
  if (status !== undefined) select = select.where("notification.status", "=", status);
  if (from !== undefined) select = select.where("notification.created_ms", ">=", Date.parse(from));
  if (to !== undefined) select = select.where("notification.created_ms", "<", Date.parse(to));
  if (device !== undefined)
    select = select.where("notification.id", "in", (of) =>
      of
        .selectFrom("delivery")
        .select("delivery.notification_id")
        .where("delivery.recipient_kind", "=", sql.lit("device"))
        .where("delivery.recipient_id", "=", device),
    );
  if (channel !== undefined || failed === "true")
    select = select.where("notification.id", "in", (of) => {
      let counts = of
        .selectFrom("notification_count")
        .select("notification_count.notification_id")
        .where("notification_count.organization_id", "=", organizationId)
        .where("notification_count.deliveries", ">", 0);
      if (channel !== undefined) counts = counts.where("notification_count.channel", "=", channel);
      return failed === "true" ? counts.where("notification_count.state", "=", "failed") : counts;
    });
  if (q !== undefined && q !== "")
    select = select.where(sql<SqlBool>`lower(notification.name) like ${likePattern(q)} escape '\\'`);
  return select;
}
