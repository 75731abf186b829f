import type { Page } from "../../../protocol/api/list.ts";
import { CHANNELS } from "../../../protocol/notifications/channel.ts";
import type { DeadLetterQuery, Delivery } from "../../../protocol/notifications/delivery-view.ts";
import { Empty } from "../../components/empty.tsx";
import { LiveRegion } from "../../components/live-region.tsx";
import { Pager } from "../../components/pager.tsx";
import { Choice, SearchForm } from "../../components/search-form.tsx";
import { Allowed } from "../../layout/allowed.tsx";
import type { LocalView } from "../../layout/frame.ts";
import { listUrl } from "../../urls/urls.ts";
import { useWords } from "../../words/use-words.ts";
import { Replay } from "./delivery-page.tsx";
import { DeliveryTable } from "./delivery-table.tsx";
import { NotificationsHead } from "./notifications-head.tsx";

export interface DeadLettersProps {
  deliveries: Page<Delivery>;
  query: DeadLetterQuery;
  after: number;
}

/** What failed, with its reason, to be sent again. */
export function deadLettersPage(props: DeadLettersProps): LocalView {
  const { deliveries, query } = props;
  return ({ notifications }) => {
    const { dead, tabs, title } = notifications;
    return {
      title: dead.title(deliveries.total),
      section: "notifications",
      crumbs: [{ label: title, href: "/notifications" }, { label: tabs["dead-letters"] }],
      body: (
        <>
          <NotificationsHead
            title={dead.title(deliveries.total)}
            text={dead.text}
            tab="dead-letters"
            actions={<ReplayShown {...props} />}
          />
          <Filters query={query} />
          <LiveRegion id="results">
            <Results {...props} />
          </LiveRegion>
        </>
      ),
    };
  };
}

function ReplayShown({ deliveries: { items } }: DeadLettersProps) {
  const { dead } = useWords().notifications;
  if (items.length === 0) return null;
  return (
    <Allowed to="notification:send">
      <form method="post" action="/notifications/dead-letters/replay">
        <input type="hidden" name="ids" value={items.map(({ id }) => id).join(",")} />
        <button class="button" type="submit">
          {dead.replayShown(items.length)}
        </button>
      </form>
    </Allowed>
  );
}

function Filters({ query }: { query: DeadLetterQuery }) {
  const { dead, history, channels } = useWords().notifications;
  return (
    <SearchForm action="/notifications/dead-letters" label={dead.search} q={query.q}>
      <Choice
        name="channel"
        label={history.anyChannel}
        value={query.channel}
        choices={CHANNELS.map((one) => [one, channels[one]] as const)}
      />
    </SearchForm>
  );
}

function Results({ deliveries, query, after }: DeadLettersProps) {
  const { notifications } = useWords();
  const { items, total, nextCursor } = deliveries;
  const { q, channel, notification } = query;
  const url = (more: Record<string, string>) =>
    listUrl("/notifications/dead-letters", { q, channel, notification, ...more });
  if (items.length === 0)
    return (
      <section class="panel">
        <Empty icon="check" title={notifications.dead.title(0)} text={notifications.dead.emptyText} />
      </section>
    );
  return (
    <>
      <div class="panel">
        <DeliveryTable deliveries={items} named deed={(delivery) => <Replay delivery={delivery} />} />
      </div>
      <Pager
        after={after}
        shown={items.length}
        total={total}
        next={nextCursor === null ? null : url({ cursor: nextCursor, after: String(after + items.length) })}
        first={url({})}
      />
    </>
  );
}
