import { accept } from "../../../protocol/errors.ts";
import type { NotificationSettings } from "../../../protocol/notifications/inbox.ts";
import type { QuietHours } from "../../../protocol/notifications/quiet-hours.ts";
import type { NotificationParts, Notifications } from "../notifying.ts";

/** How a person wants to be told, and of what. */

type Settings = Pick<
  Notifications,
  "settings" | "changeSettings" | "topics" | "subscribeTopic" | "unsubscribeTopic"
>;

const DEFAULTS: NotificationSettings = { language: null, quietHours: null, email: true };

export function createInboxSettings({ db, clock, note }: NotificationParts): Settings {
  return {
    async settings({ userId, organizationId }) {
      const row = await db.read
        .selectFrom("notification_setting")
        .selectAll()
        .where("user_id", "=", userId)
        .where("organization_id", "=", organizationId)
        .executeTakeFirst();
      if (row === undefined) return accept(DEFAULTS);
      const quietHours = row.quiet_hours === null ? null : (JSON.parse(row.quiet_hours) as QuietHours);
      return accept({ language: row.language, quietHours, email: row.email === 1 });
    },

    async changeSettings(scope, settings) {
      const { language, quietHours, email } = settings;
      const row = {
        ...{ language, email: email ? 1 : 0 },
        quiet_hours: quietHours === null ? null : JSON.stringify(quietHours),
      };
      await db.write(async (trx) => {
        await trx
          .insertInto("notification_setting")
          .values({ organization_id: scope.organizationId, user_id: scope.userId, ...row })
          .onConflict((conflict) => conflict.columns(["organization_id", "user_id"]).doUpdateSet(row))
          .execute();
        const target = { id: scope.userId, name: "settings" };
        await note(trx, scope, { action: "notification.settings", target, after: settings });
      });
      return accept(settings);
    },

    async topics({ userId, organizationId }) {
      const rows = await db.read
        .selectFrom("topic_subscription")
        .select((eb) => [
          "topic",
          eb.fn.countAll<number>().as("people"),
          eb.fn.sum<number>(eb.case().when("user_id", "=", userId).then(1).else(0).end()).as("own"),
        ])
        .where("organization_id", "=", organizationId)
        .groupBy("topic")
        .orderBy("topic")
        .execute();
      const items = rows.map(({ topic, people, own }) => ({ topic, people, subscribed: Number(own) > 0 }));
      return accept({ items });
    },

    async subscribeTopic(scope, topic) {
      await db.write(async (trx) => {
        await trx
          .insertInto("topic_subscription")
          .values({
            ...{
              organization_id: scope.organizationId,
              topic,
              user_id: scope.userId,
              since_ms: clock.nowMs(),
            },
          })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
        const target = { id: topic, name: topic };
        await note(trx, scope, { action: "notification.subscribe", target });
      });
      return accept(undefined);
    },

    async unsubscribeTopic(scope, topic) {
      await db.write(async (trx) => {
        await trx
          .deleteFrom("topic_subscription")
          .where("organization_id", "=", scope.organizationId)
          .where("topic", "=", topic)
          .where("user_id", "=", scope.userId)
          .execute();
        const target = { id: topic, name: topic };
        await note(trx, scope, { action: "notification.unsubscribe", target });
      });
      return accept(undefined);
    },
  };
}
