import type { Preview } from "../../../protocol/notifications/notification.ts";
import type { LeftOut, LeftOutReason, Reach } from "../../../protocol/notifications/reach.ts";
import { Icon } from "../../components/icon.tsx";
import { Marked } from "../../components/state.tsx";
import { PageLink } from "../../layout/page-link.tsx";
import { useWords } from "../../words/use-words.ts";

/** Whom it would reach by which ways, and whom it would not and why. */
export function ComposerReach({ preview }: { preview: Preview }) {
  const { composer, count } = useWords();
  const { recipients, reach } = preview;
  if (recipients === null || reach === null) return <p class="muted">{composer.noTargets}</p>;
  const { channels, leftOut } = reach;
  return (
    <div class="stack">
      <div role="status">
        <ReachSum preview={preview} />
      </div>
      {channels.length === 0 ? null : <Ways channels={channels} />}
      {leftOut.length === 0 ? null : (
        <div>
          <h3>{composer.leftOut.title}</h3>
          <ul class="left-out">
            {leftOut.map((one) => (
              <li key={one.reason}>
                <details id={`left-out-${one.reason}`}>
                  <summary>
                    <span class="number">{count(one.recipients)}</span> {composer.leftOut.reasons[one.reason]}
                  </summary>
                  <Who {...one} />
                </details>
              </li>
            ))}
          </ul>
          {leftOut.some(({ first }) => first.some(({ kind }) => kind === "person")) ? (
            <p class="cell-sub">{composer.leftOut.inbox}</p>
          ) : null}
        </div>
      )}
    </div>
  );
}

/** How many of those that are meant. */
export function ReachSum({ preview: { recipients, reach } }: { preview: Preview }) {
  const { composer } = useWords();
  if (recipients === null || reach === null) return <p class="muted">{composer.noTargets}</p>;
  const { reached, later, leftOut } = reach;
  const total = leftOut.reduce((sum, one) => sum + one.recipients, reached);
  return (
    <>
      {reached === 0 ? (
        <p class="tone-warning reach-none">{composer.nobody}</p>
      ) : (
        <p class="reach-sum">{composer.reached(reached, total)}</p>
      )}
      {total === 0 ? null : <p class="cell-sub">{meantText(composer, recipients)}</p>}
      {later === 0 ? null : <p class="cell-sub">{composer.later(later)}</p>}
    </>
  );
}

/** `3 people, 12 devices`: all that are meant, whether they are reached or not. */
function meantText(
  composer: ReturnType<typeof useWords>["composer"],
  { devices, people, endpoints, addresses }: NonNullable<Preview["recipients"]>,
): string {
  return [
    ...(people === 0 ? [] : [composer.peopleCount(people)]),
    ...(devices === 0 ? [] : [composer.devices(devices)]),
    ...(endpoints === 0 ? [] : [composer.endpoints(endpoints)]),
    ...(addresses === 0 ? [] : [composer.addresses(addresses)]),
  ].join(", ");
}

function Ways({ channels }: Pick<Reach, "channels">) {
  const { composer, notifications, count } = useWords();
  return (
    <dl class="ways" aria-label={composer.ways}>
      {channels.map(({ channel, recipients, later }) => (
        <div key={channel}>
          <dt>{notifications.channels[channel]}</dt>
          <dd class="number">
            {count(recipients)}
            {later === 0 ? null : <span class="faint"> {composer.laterShort(later)}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Who({ reason, recipients, first }: { reason: LeftOutReason; recipients: number; first: LeftOut[] }) {
  const { composer } = useWords();
  const more = recipients - first.length;
  return (
    <div class="left-out-who">
      <p class="cell-sub">{composer.leftOut.explained[reason]}</p>
      {reason === "not-configured" ? (
        <p>
          <a class="link" href="/settings/push">
            {composer.leftOut.enter}
          </a>
        </p>
      ) : null}
      <ul>
        {first.map((one) => (
          <li key={`${one.kind} ${one.id ?? one.name}`}>
            <Name {...one} />
          </li>
        ))}
        {more > 0 ? <li class="faint">{composer.leftOut.more(more)}</li> : null}
      </ul>
    </div>
  );
}

function Name(one: LeftOut) {
  const { kind, id, name, channels } = one;
  const { notifications } = useWords();
  const ways = channels.map((channel) => notifications.channels[channel]).join(", ");
  return (
    <>
      <Icon name={kind === "device" ? "cpu" : kind === "person" ? "circle-user" : "bell"} />
      <span>
        {kind === "device" && id !== null ? <PageLink href={`/devices/${id}`}>{name}</PageLink> : name}
        <Marked of={one} />
        {ways === "" ? null : <span class="faint"> {ways}</span>}
      </span>
    </>
  );
}
