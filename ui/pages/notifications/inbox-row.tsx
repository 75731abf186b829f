import { useContext } from "preact/hooks";
import type { InboxItem } from "../../../protocol/notifications/inbox.ts";
import { PageUrl } from "../../components/live-region.tsx";
import { Ago } from "../../components/moment.tsx";
import { State } from "../../components/state.tsx";
import { priorityState } from "../../words/notification-states.ts";
import { useWords } from "../../words/use-words.ts";

/** A message of the inbox: what it says, where it leads, and whether it was read. */
export function InboxRow({ item }: { item: InboxItem }) {
  const words = useWords();
  const { inbox } = words.notifications;
  const { body, priority, at, readAt, actions } = item;
  const isRead = readAt !== null;
  return (
    <tr class={isRead ? undefined : "unread"} tabIndex={-1}>
      <td class="lead">
        <Title item={item} />
        {isRead ? null : <span class="hidden-visually">{inbox.unreadMark}</span>}
        {body === "" ? null : <span class="inbox-body">{body}</span>}
        <span class="cell-sub">
          {priority === "high" || priority === "critical" ? (
            <State state={priorityState(words, priority)} />
          ) : null}
          {actions
            .filter(({ link }) => link !== undefined)
            .map(({ id, title, link = "" }) => (
              <a key={id} class="link above" href={link} {...leaving(link)}>
                {title}
              </a>
            ))}
        </span>
      </td>
      <td class="nowrap">
        <Ago at={at} />
      </td>
      <td class="end">
        <Mark item={item} />
      </td>
    </tr>
  );
}

/** To a page of ours it goes by a form, so that it is read from then on; to another site by a link. */
function Title({ item: { id, title, link } }: { item: InboxItem }) {
  if (link === null) return <strong class="inbox-title">{title}</strong>;
  if (!link.startsWith("/"))
    return (
      <a class="row-link inbox-title" href={link} {...leaving(link)}>
        {title}
      </a>
    );
  return (
    <form method="post" action="/notifications/open">
      <input type="hidden" name="id" value={id} />
      <input type="hidden" name="link" value={link} />
      <button class="row-link inbox-title" type="submit">
        {title}
      </button>
    </form>
  );
}

const leaving = (link: string) =>
  link.startsWith("/")
    ? {}
    : ({ target: "_blank", rel: "noopener noreferrer", "hx-boost": "false" } as const);

function Mark({ item: { id, readAt } }: { item: InboxItem }) {
  const { inbox } = useWords().notifications;
  return (
    <form method="post" action="/notifications/read">
      <input type="hidden" name="id" value={id} />
      <input type="hidden" name="read" value={readAt === null ? "true" : "false"} />
      <input type="hidden" name="next" value={useContext(PageUrl)} />
      <button class="button quiet above" type="submit" data-row-key="m">
        {readAt === null ? inbox.markRead : inbox.markUnread}
      </button>
    </form>
  );
}
