import { useContext } from "preact/hooks";
import type { DeliveryDetail } from "../../../protocol/notifications/delivery-view.ts";
import { Facts } from "../../components/facts.tsx";
import { LiveRegion } from "../../components/live-region.tsx";
import { Ago, ReaderZone } from "../../components/moment.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { Panel } from "../../components/panel.tsx";
import { Reason } from "../../components/reason.tsx";
import { Marked, State } from "../../components/state.tsx";
import { Allowed } from "../../layout/allowed.tsx";
import type { LocalView } from "../../layout/frame.ts";
import { PageLink } from "../../layout/page-link.tsx";
import { deliveryState } from "../../words/notification-states.ts";
import { useWords } from "../../words/use-words.ts";
import { clockTime } from "../../words/words.ts";

/** One message to one address: how it stands, why, and all that happened to it. */
export function deliveryPage({ delivery }: { delivery: DeliveryDetail }): LocalView {
  const { notificationId, notificationName, recipient } = delivery;
  return (words) => {
    const { notifications } = words;
    const state = deliveryState(words, delivery.state);
    const title = notifications.deliveryTitle(notificationName, recipient.name, state.word);
    return {
      title,
      section: "notifications",
      crumbs: [
        { label: notifications.title, href: "/notifications" },
        { label: notifications.tabs.history, href: "/notifications/history" },
        { label: notificationName, href: `/notifications/${notificationId}` },
        { label: recipient.name },
      ],
      body: (
        <LiveRegion id="delivery">
          <PageHead
            title={title}
            facts={
              <>
                <State state={state} />
                <Marked of={recipient} />
                <span>{notifications.channels[delivery.channel]}</span>
              </>
            }
            actions={<Replay delivery={delivery} />}
          />
          <div class="split">
            <Panel title={notifications.steps} flush>
              <Steps delivery={delivery} />
            </Panel>
            <Panel title={notifications.about}>
              <About delivery={delivery} />
            </Panel>
          </div>
        </LiveRegion>
      ),
    };
  };
}

/** From the moment it was made on, with the time of day: what a platform and a receiver say is often within a second. */
function Steps({ delivery: { createdAt, history } }: { delivery: DeliveryDetail }) {
  const words = useWords();
  const zone = useContext(ReaderZone) ?? "UTC";
  const { notifications } = words;
  const steps = [
    { at: createdAt, state: "queued" as const, word: notifications.made, detail: null },
    ...history.map(({ event, ...step }) => ({
      ...step,
      word: notifications.events[event],
      // What a platform took has its number there; of everything else it is said why.
      detail:
        step.detail === null ? null : event === "sent" ? (
          notifications.knownAs(step.detail)
        ) : (
          <Reason of={step.detail} by="platform" />
        ),
    })),
  ];
  return (
    <ol class="job-steps timed">
      {steps.map(({ at, state, word, detail }, index) => (
        // Of one moment there may be several of a kind.
        <li key={index}>
          <span>
            <State state={{ ...deliveryState(words, state), word }} />
            {detail === null ? null : <span class="said">{detail}</span>}
          </span>
          <span class="step-when">
            <Ago at={at} />
            <span class="cell-sub number">{clockTime(words, Date.parse(at), zone, true)}</span>
          </span>
        </li>
      ))}
    </ol>
  );
}

function About({ delivery }: { delivery: DeliveryDetail }) {
  const { notifications } = useWords();
  const { recipient, reason, attempts, dueAt, expiresAt } = delivery;
  return (
    <Facts
      facts={[
        [
          notifications.kinds[recipient.kind],
          recipient.kind === "device" && recipient.id !== null ? (
            <PageLink href={`/devices/${recipient.id}`}>{recipient.name}</PageLink>
          ) : (
            recipient.name
          ),
        ],
        [notifications.reason, reason === null ? null : <Reason key="reason" of={reason} by="platform" />],
        [notifications.tried, attempts === 0 ? null : notifications.attempts(attempts)],
        [notifications.when, dueAt === null ? null : notifications.nextAttempt(<Ago key="due" at={dueAt} />)],
        [notifications.facts.expires, <Ago key="expires" at={expiresAt} />],
      ]}
    />
  );
}

/** What was not delivered can be sent again. */
export function Replay({ delivery: { id, state } }: { delivery: Pick<DeliveryDetail, "id" | "state"> }) {
  const { notifications } = useWords();
  if (state !== "failed" && state !== "expired" && state !== "dropped") return null;
  return (
    <Allowed to="notification:send">
      <form method="post" action="/notifications/dead-letters/replay">
        <input type="hidden" name="ids" value={id} />
        <button class="button above" type="submit">
          {notifications.dead.replay}
        </button>
      </form>
    </Allowed>
  );
}
