import type { InboxItem } from "../../../protocol/notifications/inbox.ts";
import { Mark } from "../../components/mark.tsx";
import { Ago } from "../../components/moment.tsx";
import { Panel } from "../../components/panel.tsx";
import { priorityState } from "../../words/notification-states.ts";
import { useWords } from "../../words/use-words.ts";

/** The newest of the reader's inbox, each with how urgent it is. */
export function ToldLately({ told }: { told: readonly InboxItem[] }) {
  const words = useWords();
  const { notifications } = words;
  return (
    <Panel
      title={notifications.recent}
      actions={
        <a class="button quiet" href="/notifications">
          {notifications.all}
        </a>
      }
      flush
    >
      {told.length === 0 ? (
        <p class="panel-body muted">{notifications.none}</p>
      ) : (
        <ol class="activity">
          {told.map(({ id, title, priority, at, readAt, link }) => {
            const { tone, shape, word } = priorityState(words, priority);
            return (
              <li key={id}>
                <span class={`tone-${tone}`} title={word}>
                  <Mark shape={shape} />
                </span>
                <span class="activity-text">
                  <a href={link?.startsWith("/") === true ? link : "/notifications"}>
                    {readAt === null ? <strong>{title}</strong> : title}
                  </a>
                </span>
                <small>
                  <Ago at={at} />
                </small>
              </li>
            );
          })}
        </ol>
      )}
    </Panel>
  );
}
