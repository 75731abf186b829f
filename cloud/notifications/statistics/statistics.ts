import { toTimestamp } from "../../../protocol/api/list.ts";
import { onlyOf } from "../../../protocol/devices/provenance.ts";
import { accept, refuseField } from "../../../protocol/errors.ts";
import type { Channel } from "../../../protocol/notifications/channel.ts";
import { COUNTED_EVENTS, type CountedEvent, type Stats } from "../../../protocol/notifications/statistics.ts";
import { DAY } from "../../../protocol/units.ts";
import type { NotificationParts, Notifications } from "../notifying.ts";

/** Deliveries by day and channel: from counters that are moved with every delivery, and so cost the same for a million. */

const DEFAULT_SPAN_MS = 7 * DAY;
const SPAN_MAX_MS = 366 * DAY;
const REASONS_SHOWN = 50;
const EXPLAINED = ["failed", "expired", "dropped", "retried"];

type Counts = Record<CountedEvent, number>;

export function createStatistics({
  db,
  clock,
}: Pick<NotificationParts, "db" | "clock">): Pick<Notifications, "stats"> {
  return {
    async stats({ organizationId }, query) {
      const toMs = query.to === undefined ? clock.nowMs() : Date.parse(query.to);
      const fromMs = query.from === undefined ? toMs - DEFAULT_SPAN_MS : Date.parse(query.from);
      if (fromMs > toMs) return refuseField("from", "must not be after to");
      if (toMs - fromMs > SPAN_MAX_MS) return refuseField("from", "must be at most 366 days before to");
      const days = [Math.floor(fromMs / DAY), Math.floor(toMs / DAY)] as const;
      let counted = db.read
        .selectFrom("delivery_day")
        .select(["day", "channel", "event", "simulated", "deliveries"])
        .where("organization_id", "=", organizationId)
        .where("day", ">=", days[0])
        .where("day", "<=", days[1])
        .orderBy("day")
        .orderBy("channel");
      let explained = db.read
        .selectFrom("delivery_reason")
        .select((eb) => ["channel", "event", "reason", eb.fn.sum<number>("deliveries").as("deliveries")])
        .where("organization_id", "=", organizationId)
        .where("day", ">=", days[0])
        .where("day", "<=", days[1])
        .where("event", "in", EXPLAINED)
        .groupBy(["channel", "event", "reason"])
        .orderBy("deliveries", "desc")
        .limit(REASONS_SHOWN);
      if (query.channel !== undefined) {
        counted = counted.where("channel", "=", query.channel);
        explained = explained.where("channel", "=", query.channel);
      }
      const only = onlyOf(query.provenance ?? "real");
      if (only !== undefined) explained = explained.where("simulated", "=", Number(only === "simulated"));
      const isMeant = (row: { simulated: number }): boolean =>
        only === undefined || row.simulated === Number(only === "simulated");
      const all = await counted.execute();
      const rows = all.filter(isMeant);
      const reasons = await explained.execute();
      return accept({
        from: toTimestamp(fromMs),
        to: toTimestamp(toMs),
        leftOut: sumOf(all.filter((row) => !isMeant(row))).queued,
        totals: sumOf(rows),
        days: [...Map.groupBy(rows, ({ day, channel }) => `${day} ${channel}`).values()].map((some) => ({
          day: toTimestamp(some[0]!.day * DAY).slice(0, 10),
          channel: some[0]!.channel as Channel,
          ...sumOf(some),
        })),
        reasons: reasons.map(({ channel, event, reason, deliveries }) => ({
          channel: channel as Channel,
          event: event as Stats["reasons"][number]["event"],
          reason,
          deliveries: Number(deliveries),
        })),
      });
    },
  };
}

function sumOf(rows: readonly { event: string; deliveries: number }[]): Counts {
  const counts = Object.fromEntries(COUNTED_EVENTS.map((event) => [event, 0])) as Counts;
  for (const { event, deliveries } of rows) counts[event as CountedEvent] += deliveries;
  return counts;
}
