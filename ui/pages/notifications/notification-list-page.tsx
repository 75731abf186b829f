import type { Page } from "../../../protocol/api/list.ts";
import { CHANNELS } from "../../../protocol/notifications/channel.ts";
import { HISTORY_RANGES, type HistoryQuery } from "../../../protocol/notifications/history-range.ts";
import { NOTIFICATION_STATUSES, type Notification } from "../../../protocol/notifications/notification.ts";
import { ResultLine } from "../../components/chips.tsx";
import { Empty } from "../../components/empty.tsx";
import { LiveRegion } from "../../components/live-region.tsx";
import { Pager } from "../../components/pager.tsx";
import { Choice, SearchForm } from "../../components/search-form.tsx";
import { SortChoice } from "../../components/sorting.tsx";
import type { LocalView } from "../../layout/frame.ts";
import { notificationChipsOf, notificationsUrl } from "../../urls/urls.ts";
import { useWords } from "../../words/use-words.ts";
import { NotificationTable } from "./notification-table.tsx";
import { Create, NotificationsHead } from "./notifications-head.tsx";

export interface NotificationListProps {
  notifications: Page<Notification>;
  query: HistoryQuery;
  after: number;
  /** The name of the device that is filtered by. */
  deviceName: string | null;
}

/** What was sent and what will be, newest first. */
export function notificationListPage(props: NotificationListProps): LocalView {
  const { notifications, query, deviceName } = props;
  return (words) => {
    const { history, title, tabs } = words.notifications;
    const empty = notifications.total === 0 && notificationChipsOf(words, query, deviceName).length === 0;
    const heading = empty ? history.none : history.title(notifications.total);
    return {
      title: heading,
      section: "notifications",
      crumbs: [{ label: title, href: "/notifications" }, { label: tabs.history }],
      body: (
        <>
          <NotificationsHead title={heading} tab="history" />
          {empty ? null : <Filters {...props} />}
          <LiveRegion id="results">{empty ? <Nothing /> : <Results {...props} />}</LiveRegion>
        </>
      ),
    };
  };
}

function Filters({ query }: NotificationListProps) {
  const { history, statuses, channels } = useWords().notifications;
  const { span } = history;
  return (
    <SearchForm
      action="/notifications/history"
      label={history.search}
      placeholder={history.searchShort}
      q={query.q}
    >
      <Choice
        name="status"
        label={history.anyStatus}
        value={query.status}
        choices={NOTIFICATION_STATUSES.map((one) => [one, statuses[one]] as const)}
      />
      <Choice
        name="channel"
        label={history.anyChannel}
        value={query.channel}
        choices={CHANNELS.map((one) => [one, channels[one]] as const)}
      />
      <Choice
        name="failed"
        label={history.anyResult}
        value={query.failed}
        choices={[["true", history.withFailures]]}
      />
      <Choice
        name="range"
        label={span.any}
        value={query.range}
        choices={HISTORY_RANGES.map((one) => [one, span.ranges[one]] as const)}
      />
      <span class="days">
        <Day name="from" label={span.from} value={query.from} />
        <Day name="to" label={span.to} value={query.to} />
      </span>
      <SortChoice
        fields={{ name: history.name, nextRunAt: history.nextRun, createdAt: history.made }}
        sort={query.sort}
      />
    </SearchForm>
  );
}

/** In sight while a span from one day to another is chosen. */
function Day({ name, label, value }: { name: "from" | "to"; label: string; value: string | undefined }) {
  return (
    <label>
      <span>{label}</span>
      <input class="input" type="date" name={name} value={value ?? ""} />
    </label>
  );
}

function Results({ notifications, query, after, deviceName }: NotificationListProps) {
  const words = useWords();
  const { history } = words.notifications;
  const { items, total, nextCursor } = notifications;
  const chips = notificationChipsOf(words, query, deviceName);
  const last = String(after + items.length);
  return (
    <>
      {chips.length === 0 ? null : <ResultLine chips={chips} count={history.found(total)} />}
      {items.length === 0 ? (
        <section class="panel">
          <Empty icon="search" title={history.noMatch} text={history.noMatchText}>
            <a class="button" href="/notifications/history">
              {history.showAll}
            </a>
          </Empty>
        </section>
      ) : (
        <div class="panel">
          <NotificationTable
            notifications={items}
            sorting={{
              sort: query.sort ?? "-createdAt",
              url: (sort) => notificationsUrl({ ...query, sort }),
            }}
          />
        </div>
      )}
      <Pager
        after={after}
        shown={items.length}
        total={total}
        next={nextCursor === null ? null : notificationsUrl(query, { cursor: nextCursor, after: last })}
        first={notificationsUrl(query)}
      />
    </>
  );
}

function Nothing() {
  const { history } = useWords().notifications;
  return (
    <section class="panel">
      <Empty icon="bell" title={history.emptyTitle} text={history.emptyText}>
        <Create />
      </Empty>
    </section>
  );
}
