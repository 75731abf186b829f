import type { Page } from "../../../protocol/api/list.ts";
import type { InboxItem, InboxQuery } from "../../../protocol/notifications/inbox.ts";
import { PRIORITIES } from "../../../protocol/notifications/message.ts";
import { ResultLine } from "../../components/chips.tsx";
import { Empty } from "../../components/empty.tsx";
import { LiveRegion } from "../../components/live-region.tsx";
import { Pager } from "../../components/pager.tsx";
import { Choice, SearchForm } from "../../components/search-form.tsx";
import type { LocalView } from "../../layout/frame.ts";
import { inboxChipsOf, inboxUrl } from "../../urls/urls.ts";
import { useWords } from "../../words/use-words.ts";
import { InboxRow } from "./inbox-row.tsx";
import { NotificationsHead } from "./notifications-head.tsx";

export interface InboxProps {
  items: Page<InboxItem>;
  unread: number;
  query: InboxQuery;
  after: number;
}

/** What one was told, newest first. */
export function inboxPage(props: InboxProps): LocalView {
  const { items, unread, query } = props;
  return (words) => {
    const { inbox, title } = words.notifications;
    const filtered = inboxChipsOf(words, query).length > 0;
    const empty = items.total === 0 && !filtered;
    return {
      title: inbox.title(unread),
      section: "notifications",
      crumbs: [{ label: title }],
      body: (
        <>
          <LiveRegion id="inbox-head">
            <NotificationsHead
              title={inbox.title(unread)}
              tab="inbox"
              actions={<Actions unread={unread} />}
            />
          </LiveRegion>
          {empty ? null : <Filters query={query} />}
          <LiveRegion id="results">{empty ? <Nothing /> : <Results {...props} />}</LiveRegion>
        </>
      ),
    };
  };
}

function Actions({ unread }: { unread: number }) {
  const { inbox } = useWords().notifications;
  return (
    <>
      <a class="button" href="/settings/notifications">
        {inbox.settings}
      </a>
      {unread === 0 ? null : (
        <form method="post" action="/notifications/read">
          <input type="hidden" name="all" value="true" />
          <button class="button" type="submit">
            {inbox.markAll}
          </button>
        </form>
      )}
    </>
  );
}

function Filters({ query }: { query: InboxQuery }) {
  const { inbox, priorities } = useWords().notifications;
  return (
    <SearchForm action="/notifications" label={inbox.search} q={query.q}>
      <Choice name="read" label={inbox.anyRead} value={query.read} choices={Object.entries(inbox.read)} />
      <Choice
        name="priority"
        label={inbox.anyPriority}
        value={query.priority}
        choices={PRIORITIES.map((one) => [one, priorities[one]] as const)}
      />
    </SearchForm>
  );
}

function Results({ items, query, after }: InboxProps) {
  const words = useWords();
  const { inbox } = words.notifications;
  const chips = inboxChipsOf(words, query);
  const last = String(after + items.items.length);
  return (
    <>
      {chips.length === 0 ? null : <ResultLine chips={chips} count={inbox.counted(items.total)} />}
      {items.items.length === 0 ? (
        <section class="panel">
          <Empty icon="search" title={inbox.noMatch} text={inbox.noMatchText}>
            <a class="button" href="/notifications">
              {inbox.showAll}
            </a>
          </Empty>
        </section>
      ) : (
        <div class="panel table-wrap">
          <table class="table cards inbox">
            <thead>
              <tr>
                <th scope="col">{inbox.message}</th>
                <th scope="col">{inbox.when}</th>
                <th scope="col">
                  <span class="hidden-visually">{words.settings.actions}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {items.items.map((item) => (
                <InboxRow key={item.id} item={item} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <Pager
        after={after}
        shown={items.items.length}
        total={items.total}
        next={items.nextCursor === null ? null : inboxUrl(query, { cursor: items.nextCursor, after: last })}
        first={inboxUrl(query)}
      />
    </>
  );
}

function Nothing() {
  const { inbox } = useWords().notifications;
  return (
    <section class="panel">
      <Empty icon="bell" title={inbox.emptyTitle} text={inbox.emptyText}>
        <a class="button" href="/settings/notifications">
          {inbox.settings}
        </a>
      </Empty>
    </section>
  );
}
