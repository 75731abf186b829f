import type { PlatformStatus, VapidStatus } from "../../../protocol/notifications/push.ts";
import { Confirm } from "../../components/confirm.tsx";
import { Facts } from "../../components/facts.tsx";
import { Ago } from "../../components/moment.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { Panel } from "../../components/panel.tsx";
import { Reason } from "../../components/reason.tsx";
import { State } from "../../components/state.tsx";
import { Allowed } from "../../layout/allowed.tsx";
import type { LocalView } from "../../layout/frame.ts";
import type { PlatformWords } from "../../words/english/platforms.ts";
import { useWords } from "../../words/use-words.ts";
import type { StateWords } from "../../words/words.ts";

export interface PlatformsProps {
  platforms: readonly PlatformStatus[];
  vapid: VapidStatus | null;
}

/** What the organisation can send by, with whose credentials, and the key of browsers. */
export function platformsPage({ platforms, vapid }: PlatformsProps): LocalView {
  const ready = platforms.filter(({ source, trouble }) => source !== null && trouble === null).length;
  return (words) => ({
    title: words.platforms.title(ready, platforms.length),
    section: "settings",
    crumbs: [{ label: words.settings.settings, href: "/settings" }, { label: words.platforms.settings }],
    body: (
      <>
        <PageHead title={words.platforms.title(ready, platforms.length)} text={words.platforms.text} />
        <div class="stack">
          <Panel title={words.platforms.settings} flush>
            <table class="table cards">
              <thead>
                <tr>
                  <th scope="col">{words.platforms.platform}</th>
                  <th scope="col">{words.platforms.state}</th>
                  <th scope="col">{words.platforms.about}</th>
                  <th scope="col">{words.platforms.places}</th>
                  <th scope="col" class="end">
                    {words.platforms.updated}
                  </th>
                </tr>
              </thead>
              <tbody>
                {platforms.map((one) => (
                  <PlatformRow key={one.platform} of={one} />
                ))}
              </tbody>
            </table>
          </Panel>
          {vapid === null ? null : <VapidPanel vapid={vapid} />}
        </div>
      </>
    ),
  });
}

/** How a platform stands, as shape, word and colour. */
export function platformState(
  { sources, takesNothing }: PlatformWords,
  { source, trouble }: Pick<PlatformStatus, "source" | "trouble">,
): StateWords {
  if (trouble !== null) return { shape: "square", tone: "error", word: takesNothing };
  return source === null
    ? { shape: "dotted", tone: "offline", word: sources.none }
    : { shape: "disc", tone: "ok", word: sources[source] };
}

function PlatformRow({ of }: { of: PlatformStatus }) {
  const { platforms: words, endpoints, count } = useWords();
  const { platform, about, endpoints: places, updatedAt } = of;
  const isOpen = platform !== "web-push";
  const name = endpoints.platforms[platform];
  return (
    <tr>
      <td class="lead beside">
        {isOpen ? (
          <a class="row-link" href={`/settings/push/${platform}`}>
            {name}
          </a>
        ) : (
          name
        )}
      </td>
      <td>
        <State state={platformState(words, of)} />
      </td>
      <td class="full">
        {of.trouble === null ? null : <Trouble trouble={of.trouble} />}
        <About about={about} />
        {platform === "mqtt" && of.source === "built-in" ? (
          <span class="faint">{words.onlyDevices}</span>
        ) : null}
      </td>
      <td data-label={words.places}>
        <span class="number">{count(places.total)}</span>
        {places.disabled === 0 ? null : <span class="cell-sub">{words.disabled(places.disabled)}</span>}
      </td>
      <td class="end nowrap" data-label={words.updated}>
        {updatedAt === null ? <span class="faint">–</span> : <Ago at={updatedAt} />}
      </td>
    </tr>
  );
}

/** Since when a platform takes nothing, and what it says. */
export function Trouble({ trouble }: { trouble: NonNullable<PlatformStatus["trouble"]> }) {
  const { platforms } = useWords();
  const { since, messages, reason } = trouble;
  return (
    <p class="tone-error">
      {platforms.noneSince(<Ago key="since" at={since} />, messages)} <Reason of={reason} by="platform" />
    </p>
  );
}

/** What may be shown of credentials. */
export function About({ about }: Pick<PlatformStatus, "about">) {
  const { fields } = useWords().platforms;
  return (
    <>
      {Object.entries(about).map(([name, value]) => (
        <span class="cell-sub" key={name}>
          {fields[name as keyof typeof fields] ?? name}: <span class="mono">{value}</span>
        </span>
      ))}
    </>
  );
}

function VapidPanel({ vapid }: { vapid: VapidStatus }) {
  const { platforms } = useWords();
  const words = platforms.vapid;
  const serving = vapid.older.filter(({ subscribers }) => subscribers > 0);
  return (
    <Panel
      title={words.title}
      actions={
        vapid.subscribers === 0 ? null : (
          <Allowed to="organization:write">
            <Confirm
              id="rotate-vapid"
              label={words.rotate}
              question={words.rotateQuestion}
              consequence={words.rotateText}
              action="/settings/push/rotate-vapid"
              verb={words.rotateVerb}
            />
          </Allowed>
        )
      }
    >
      <div class="stack">
        <p class="muted">{vapid.subscribers === 0 ? `${words.text} ${words.notYet}` : words.text}</p>
        <Facts
          facts={[
            [words.publicKey, <code key="key">{vapid.publicKey}</code>],
            [words.since, <Ago key="since" at={vapid.createdAt} />],
            [words.has, words.subscribers(vapid.subscribers)],
            [
              words.older,
              serving.length === 0 ? null : (
                <ul key="older" class="plain-list">
                  {serving.map(({ createdAt, subscribers }) => (
                    <li key={createdAt}>
                      <Ago at={createdAt} /> · {words.subscribers(subscribers)}
                    </li>
                  ))}
                </ul>
              ),
            ],
          ]}
        />
      </div>
    </Panel>
  );
}
