import type { Page } from "../../../protocol/api/list.ts";
import { CHANNELS } from "../../../protocol/notifications/channel.ts";
import { DELIVERY_STATES } from "../../../protocol/notifications/delivery.ts";
import type { Delivery, DeliveryQuery } from "../../../protocol/notifications/delivery-view.ts";
import type { NotificationDetail } from "../../../protocol/notifications/notification.ts";
import { Confirm } from "../../components/confirm.tsx";
import { Empty } from "../../components/empty.tsx";
import { LiveRegion } from "../../components/live-region.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { Pager } from "../../components/pager.tsx";
import { Panel } from "../../components/panel.tsx";
import { Reason } from "../../components/reason.tsx";
import { Choice, SearchForm } from "../../components/search-form.tsx";
import { State } from "../../components/state.tsx";
import { Allowed } from "../../layout/allowed.tsx";
import type { LocalView } from "../../layout/frame.ts";
import { listUrl } from "../../urls/urls.ts";
import type { Words } from "../../words/catalogues.ts";
import {
  deliveryState,
  notificationSentence,
  notificationState,
  resultOf,
  totalOf,
} from "../../words/notification-states.ts";
import { useWords } from "../../words/use-words.ts";
import { DeliveryTable } from "./delivery-table.tsx";
import { NotificationFacts } from "./notification-facts.tsx";

export interface NotificationPageProps {
  notification: NotificationDetail;
  deliveries: Page<Delivery>;
  query: DeliveryQuery;
  after: number;
}

/** One notification: what it says, what became of it on each way and with each recipient, and why not. */
export function notificationPage(props: NotificationPageProps): LocalView {
  const { notification } = props;
  return (words) => {
    const { title, tabs } = words.notifications;
    const heading = notificationSentence(words, notification);
    const often = notification.status === "sending" ? { everySeconds: 3 } : {};
    return {
      title: heading,
      section: "notifications",
      crumbs: [
        { label: title, href: "/notifications" },
        { label: tabs.history, href: "/notifications/history" },
        { label: notification.name },
      ],
      body: (
        <>
          <LiveRegion id="notification" {...often}>
            <PageHead
              title={heading}
              facts={
                <>
                  <State state={notificationState(words, notification)} />
                  {restOfResult(words, notification).map((part) => (
                    <span key={part}>{part}</span>
                  ))}
                </>
              }
              actions={<Actions notification={notification} />}
            />
          </LiveRegion>
          <div class="split with-list">
            <LiveRegion id="result" {...often}>
              <div class="stack">
                <Channels notification={notification} />
                <Reasons notification={notification} />
              </div>
            </LiveRegion>
            <NotificationFacts notification={notification} />
            <Deliveries {...props} often={often} />
          </div>
        </>
      ),
    };
  };
}

/** What the title does not say yet. */
const restOfResult = (words: Words, { status, counts }: NotificationDetail): string[] =>
  resultOf(words, counts).slice(status === "done" || status === "sending" ? 1 : 0);

function Actions({ notification }: { notification: NotificationDetail }) {
  const { notifications: words } = useWords();
  const { id, name, status, counts } = notification;
  return (
    <Allowed to="notification:send">
      {counts.failed === 0 ? null : (
        <form method="post" action={`/notifications/${id}/replay`}>
          <button class="button primary" type="submit">
            {words.replayAll}
          </button>
        </form>
      )}
      {status === "scheduled" || status === "sending" ? (
        <Confirm
          id="cancel"
          label={words.cancel}
          question={words.cancelQuestion(name)}
          consequence={words.cancelText}
          action={`/notifications/${id}/cancel`}
          verb={words.cancelVerb}
        />
      ) : null}
    </Allowed>
  );
}

function Channels({ notification }: { notification: NotificationDetail }) {
  const words = useWords();
  const { notifications } = words;
  const shown = notification.channelCounts.filter(({ counts }) => totalOf(counts) > 0);
  if (shown.length === 0) return null;
  return (
    <Panel title={notifications.byChannel} flush>
      <table class="table cards">
        <tbody>
          {shown.map(({ channel, counts }) => (
            <tr key={channel}>
              <td class="lead beside">
                <a class="row-link" href={listUrl(`/notifications/${notification.id}`, { channel })}>
                  {notifications.channels[channel]}
                </a>
              </td>
              <td class="number full">{resultOf(words, counts).join(" · ")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function Reasons({ notification: { reasons } }: { notification: NotificationDetail }) {
  const words = useWords();
  const { notifications, count } = words;
  if (reasons.length === 0) return null;
  return (
    <Panel title={notifications.reasons} flush>
      <table class="table cards">
        <tbody>
          {reasons.map(({ channel, state, reason, deliveries }) => (
            <tr key={`${channel} ${state} ${reason}`}>
              <td class="lead beside">
                <Reason of={reason} by="platform" />
                <span class="cell-sub">{notifications.channels[channel]}</span>
              </td>
              <td class="end nowrap">
                <State state={deliveryState(words, state)} />{" "}
                <strong class="number">{count(deliveries)}</strong>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function Deliveries(props: NotificationPageProps & { often: { everySeconds?: number } }) {
  const { notification, deliveries, query, after, often } = props;
  const { notifications: words } = useWords();
  const path = `/notifications/${notification.id}`;
  const { items, nextCursor, total } = deliveries;
  const { q, state, channel } = query;
  const url = (more: Record<string, string>) => listUrl(path, { q, state, channel, ...more });
  if (total === 0 && [q, state, channel].every((filter) => (filter ?? "") === ""))
    return (
      <LiveRegion id="results" {...often}>
        <Panel title={words.deliveries}>
          <Empty icon="bell" title={words.nothingYet} text={words.nothingYetText[notification.status]} />
        </Panel>
      </LiveRegion>
    );
  return (
    <div>
      <SearchForm action={path} label={words.searchRecipients} q={q}>
        <Choice
          name="state"
          label={words.history.anyStatus}
          value={state}
          choices={DELIVERY_STATES.map((one) => [one, words.states[one]] as const)}
        />
        <Choice
          name="channel"
          label={words.history.anyChannel}
          value={channel}
          choices={CHANNELS.map((one) => [one, words.channels[one]] as const)}
        />
      </SearchForm>
      <LiveRegion id="results" {...often}>
        <Panel title={words.deliveries} flush>
          {items.length === 0 ? (
            <Empty icon="bell" title={words.noDeliveries} text="" />
          ) : (
            <DeliveryTable deliveries={items} />
          )}
        </Panel>
        <Pager
          after={after}
          shown={items.length}
          total={total}
          next={nextCursor === null ? null : url({ cursor: nextCursor, after: String(after + items.length) })}
          first={url({})}
        />
      </LiveRegion>
    </div>
  );
}
