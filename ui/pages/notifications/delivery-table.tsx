import type { ComponentChildren } from "preact";
import type { Delivery } from "../../../protocol/notifications/delivery-view.ts";
import { Ago } from "../../components/moment.tsx";
import { Reason } from "../../components/reason.tsx";
import { Marked, State } from "../../components/state.tsx";
import { deliveryState } from "../../words/notification-states.ts";
import { useWords } from "../../words/use-words.ts";

/** Deliveries as rows, each with what was said of it; on a phone as cards. */
export function DeliveryTable(props: {
  deliveries: readonly Delivery[];
  /** Which notification each is of is said too. */
  named?: boolean;
  /** What can be done with each. */
  deed?: (delivery: Delivery) => ComponentChildren;
}) {
  const words = useWords();
  const { notifications } = words;
  return (
    <div class="table-wrap">
      <table class="table cards">
        <thead>
          <tr>
            <th scope="col">{notifications.recipient}</th>
            <th scope="col">{notifications.state}</th>
            <th scope="col">{notifications.reason}</th>
            <th scope="col">{notifications.when}</th>
            {props.deed === undefined ? null : (
              <th scope="col">
                <span class="hidden-visually">{words.settings.actions}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {props.deliveries.map((one) => (
            <tr key={one.id}>
              <td class="lead beside">
                <a class="row-link" href={`/notifications/${one.notificationId}/deliveries/${one.id}`}>
                  {one.recipient.name}
                </a>
                <Marked of={one.recipient} />
                <span class="cell-sub">
                  {notifications.channels[one.channel]}
                  {props.named === true ? ` · ${one.notificationName}` : null}
                </span>
              </td>
              <td class="end-phone">
                <State state={deliveryState(words, one.state)} />
              </td>
              <td class="full">
                <Said delivery={one} />
              </td>
              <td class="nowrap">
                <Ago at={newestOf(one)} />
              </td>
              {props.deed === undefined ? null : <td class="end full">{props.deed(one)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Said({ delivery: { reason, attempts, dueAt } }: { delivery: Delivery }) {
  const { notifications } = useWords();
  return (
    <>
      {reason === null ? null : <Reason of={reason} by="platform" />}
      {attempts < 2 && (dueAt === null || reason === null) ? null : (
        <span class="cell-sub">
          {notifications.attempts(attempts)}
          {dueAt === null ? null : <> · {notifications.nextAttempt(<Ago at={dueAt} />)}</>}
        </span>
      )}
    </>
  );
}

const newestOf = ({ openedAt, deliveredAt, sentAt, createdAt }: Delivery) =>
  openedAt ?? deliveredAt ?? sentAt ?? createdAt;
