import type { Notification } from "../../../protocol/notifications/notification.ts";
import { Ago } from "../../components/moment.tsx";
import { SortHead, type Sorting } from "../../components/sorting.tsx";
import { State } from "../../components/state.tsx";
import { notificationState, resultOf, targetsText } from "../../words/notification-states.ts";
import { useWords } from "../../words/use-words.ts";

/** Notifications as rows, each with what became of it; on a phone as cards. */
export function NotificationTable(props: {
  notifications: readonly Notification[];
  sorting: Sorting | null;
}) {
  const { history } = useWords().notifications;
  const { sorting } = props;
  const head = (field: string, label: string, look?: string) =>
    sorting === null ? (
      <th scope="col" class={look}>
        {label}
      </th>
    ) : (
      <SortHead
        field={field}
        label={label}
        sorting={sorting}
        {...(look === undefined ? {} : { class: look })}
      />
    );
  return (
    <div class="table-wrap">
      <table class="table cards">
        <thead>
          <tr>
            {head("name", history.name)}
            <th scope="col">{history.state}</th>
            <th scope="col">{history.result}</th>
            {head("nextRunAt", history.nextRun)}
            {head("createdAt", history.made, "end")}
          </tr>
        </thead>
        <tbody>
          {props.notifications.map((one) => (
            <NotificationRow key={one.id} notification={one} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function NotificationRow({ notification }: { notification: Notification }) {
  const words = useWords();
  const { history } = words.notifications;
  const { id, name, counts, nextRunAt, createdAt, createdBy } = notification;
  return (
    <tr>
      <td class="lead beside">
        <a class="row-link" href={`/notifications/${id}`}>
          {name}
        </a>
        <span class="cell-sub">{targetsText(words, notification)}</span>
      </td>
      <td class="end-phone">
        <State state={notificationState(words, notification)} />
      </td>
      <td class="number">{resultOf(words, counts).join(" · ")}</td>
      {nextRunAt === null ? (
        <td class="off-phone" />
      ) : (
        <td class="end-phone nowrap" data-label={history.nextRun}>
          <Ago at={nextRunAt} />
        </td>
      )}
      <td class={nextRunAt === null ? "end nowrap" : "end full nowrap"}>
        <Ago at={createdAt} />
        {createdBy === null ? null : <span class="cell-sub">{createdBy.name}</span>}
      </td>
    </tr>
  );
}
