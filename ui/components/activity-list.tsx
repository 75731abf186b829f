import type { Activity, HappeningKind } from "../../protocol/activity/activity.ts";
import { PageLink } from "../layout/page-link.tsx";
import { useWords } from "../words/use-words.ts";
import type { Shape, Tone } from "../words/words.ts";
import { Icon } from "./icon.tsx";
import { Mark } from "./mark.tsx";
import { Ago } from "./moment.tsx";
import { Marked } from "./state.tsx";

const LOOKS: Record<HappeningKind, { shape: Shape; tone: Tone }> = {
  "device.added": { shape: "diamond", tone: "info" },
  "device.removed": { shape: "dotted", tone: "offline" },
  "device.online": { shape: "disc", tone: "ok" },
  "device.late": { shape: "half", tone: "warning" },
  "device.offline": { shape: "ring", tone: "offline" },
  "gateway.connected": { shape: "disc", tone: "ok" },
  "gateway.lost": { shape: "ring", tone: "error" },
};

/** What happened, newest first, each as a sentence that leads to what it is about, with where and when. */
export function ActivityList({ items }: { items: readonly Activity[] }) {
  const { activity: words } = useWords();
  if (items.length === 0) return <p class="panel-body muted">{words.nothing}</p>;
  return (
    <ol class="activity">
      {items.map((item, index) => (
        // Lines have no identity of their own: several may be of one moment, and a line may grow.
        <Line key={index} item={item} />
      ))}
    </ol>
  );
}

function Line({ item }: { item: Activity }) {
  const { at, kind, site } = item;
  return (
    <li>
      {kind === "deed" ? (
        <Icon name="circle-user" />
      ) : (
        <span class={`tone-${LOOKS[kind].tone}`}>
          <Mark shape={LOOKS[kind].shape} />
        </span>
      )}
      <span class="activity-text">
        {kind === "deed" ? <Deed item={item} /> : <Sentence {...item} kind={kind} />}
      </span>
      <small>
        {site === null ? null : <PageLink href={`/sites/${site.id}`}>{site.name}</PageLink>}
        <Ago at={at} />
      </small>
    </li>
  );
}

function Sentence({ kind, count, device }: Pick<Activity, "count" | "device"> & { kind: HappeningKind }) {
  const { activity: words } = useWords();
  if (count > 1) return <>{words.many[kind](count)}</>;
  if (device === null) return <>{words.one[kind](words.theGateway)}</>;
  return (
    <>
      {words.one[kind](<PageLink href={`/devices/${device.id}`}>{device.name}</PageLink>)}
      <Marked of={device} />
    </>
  );
}

/** What has a page of its own as long as it is there. */
const PLACES: Record<string, (id: string) => string> = {
  "site.create": (id) => `/sites/${id}`,
  "site.update": (id) => `/sites/${id}`,
  "site.restore": (id) => `/sites/${id}`,
  "device.update": (id) => `/devices/${id}`,
  "device.configure": (id) => `/devices/${id}/configuration`,
};

function Deed({ item: { deed } }: { item: Activity }) {
  const { activity: words } = useWords();
  if (deed === null) return null;
  const { action, target } = deed;
  const actor = deed.actor ?? words.aCommand;
  const place = PLACES[action]?.(target.id);
  const what = place === undefined ? target.name : <PageLink href={place}>{target.name}</PageLink>;
  return (
    <>
      {isKnown(words.deeds, action)
        ? words.deeds[action](actor, what)
        : words.other(actor, <code>{action}</code>, what)}
      <Marked of={target} />
    </>
  );
}

function isKnown<Known extends object>(known: Known, name: PropertyKey): name is keyof Known {
  return Object.hasOwn(known, name);
}
