import type { JobTiming } from "../../../protocol/jobs/job-timing.ts";
import type { Notification } from "../../../protocol/notifications/notification.ts";
import { MINUTE, SECOND } from "../../../protocol/units.ts";
import { Facts } from "../../components/facts.tsx";
import { Ago } from "../../components/moment.tsx";
import { Panel } from "../../components/panel.tsx";
import { targetsText } from "../../words/notification-states.ts";
import { scheduleWords } from "../../words/schedules.ts";
import { useWords } from "../../words/use-words.ts";

/** What a notification says, to whom, how and when. */
export function NotificationFacts({ notification }: { notification: Notification }) {
  const words = useWords();
  const { notifications, count } = words;
  const { facts } = notifications;
  const { message, template, channels, fallback, siteHours, createdBy, run } = notification;
  const named = (list: readonly (keyof typeof notifications.channels)[]) =>
    list.map((channel) => notifications.channels[channel]).join(", ");
  return (
    <Panel title={notifications.about}>
      <div class="stack">
        <blockquote class="message">
          <strong>{message.title}</strong>
          {message.body === "" ? null : <p>{message.body}</p>}
        </blockquote>
        <Facts
          facts={[
            [facts.to, targetsText(words, notification)],
            [facts.template, template?.name],
            [
              facts.ways,
              fallback !== null
                ? facts.fallback(named(fallback.order), count((fallback.afterSeconds * SECOND) / MINUTE))
                : channels === null
                  ? facts.allWays
                  : named(channels),
            ],
            [facts.timing, <Timing key="timing" timing={notification.timing} />],
            [facts.nextRun, notification.nextRunAt === null ? null : <Ago at={notification.nextRunAt} />],
            [facts.lastRun, run === null ? null : <Ago at={run.slot} />],
            [facts.quiet, notifications.quiet[notification.quietHours]],
            [facts.siteHours, siteHours === null ? null : `${siteHours.from}–${siteHours.to}`],
            [facts.inbox, notification.inbox ? facts.inInbox : facts.notInInbox],
            [facts.priority, notifications.priorities[message.priority]],
            [facts.link, message.link === undefined ? null : <code>{message.link}</code>],
            [facts.category, message.category],
            [facts.dedupe, notification.dedupeKey],
            [
              facts.made,
              createdBy === null ? (
                <Ago at={notification.createdAt} />
              ) : (
                facts.madeBy(<Ago key="made" at={notification.createdAt} />, createdBy.name)
              ),
            ],
          ]}
        />
      </div>
    </Panel>
  );
}

function Timing({ timing }: { timing: JobTiming }) {
  const words = useWords();
  const { facts } = words.notifications;
  switch (timing.kind) {
    case "now":
      return <>{facts.atOnce}</>;
    case "at":
      return <>{facts.at(<Ago key="at" at={timing.at} />)}</>;
    case "cron":
      return <>{facts.cron(scheduleWords(words, timing.cron) ?? timing.cron, timing.timeZone ?? "UTC")}</>;
  }
}
