import type { Device } from "../../protocol/devices/device.ts";
import type { Overview, WallSite } from "../../protocol/health/health.ts";
import { Command } from "../components/command.tsx";
import { Empty } from "../components/empty.tsx";
import { LiveRegion } from "../components/live-region.tsx";
import { Mark } from "../components/mark.tsx";
import { Ago } from "../components/moment.tsx";
import { PageHead } from "../components/page-head.tsx";
import { Panel } from "../components/panel.tsx";
import { State } from "../components/state.tsx";
import { Tour } from "../components/tour.tsx";
import { Allowed } from "../layout/allowed.tsx";
import type { LocalView } from "../layout/frame.ts";
import { PageLink } from "../layout/page-link.tsx";
import { devicesUrl } from "../urls/urls.ts";
import type { Words } from "../words/catalogues.ts";
import { useWords } from "../words/use-words.ts";
import {
  connectionReason,
  connectivityState,
  healthReason,
  healthState,
  overviewSentence,
  type StateWords,
} from "../words/words.ts";
import { Estate } from "./estate.tsx";

/** Rows of "Needs attention" on the overview; the lists have the rest. */
export const ATTENTION_MAX = 8;

export interface OverviewProps {
  overview: Overview;
  sites: readonly WallSite[];
  /** Devices in trouble, worst first; only those whose gateway is connected. */
  attention: readonly Device[];
  /** How many there are in all. */
  attentionTotal: number;
  /** Whether the tour is offered, begins at once, or is not there. */
  tour: "offer" | "once" | null;
}

/** The whole estate in one look, exceptions first. */
export function overviewPage(props: OverviewProps): LocalView {
  const away = props.sites.filter((site) => site.gateway !== null && !site.gateway.connected);
  return (words) => {
    const title = overviewSentence(words, props.overview, props.attentionTotal + away.length);
    return {
      title,
      section: "overview",
      crumbs: [{ label: words.frame.sections.overview }],
      body: (
        <>
          <LiveRegion id="overview">
            <PageHead title={title} />
            {props.overview.sites.total === 0 ? <FirstSteps /> : <Estates {...props} away={away} />}
          </LiveRegion>
          {props.tour === null ? null : <Tour at={props.tour} />}
        </>
      ),
    };
  };
}

function Estates({ overview, sites, attention, attentionTotal, away }: OverviewProps & { away: WallSite[] }) {
  const { overview: words } = useWords();
  return (
    <>
      <Totals overview={overview} />
      <div class="stack">
        <Panel
          title={words.attention}
          note={
            attentionTotal + away.length === 0 ? undefined : words.worstFirst(attentionTotal + away.length)
          }
          flush
        >
          <Attention devices={attention} away={away} />
        </Panel>
        <Estate sites={sites} total={overview.sites.total} />
      </div>
    </>
  );
}

function Totals({ overview }: { overview: Overview }) {
  const { sites, gateways, devices } = overview;
  const { overview: words, count } = useWords();
  const trouble = devices.health.error + devices.health.warning;
  return (
    <nav class="panel totals" aria-label={words.totals}>
      <Total
        href="/sites"
        name={words.sites}
        figure={count(sites.total)}
        tone={sites.withProblems === 0 ? "ok" : "warning"}
        note={sites.withProblems === 0 ? words.sitesWell : words.sitesInTrouble(sites.withProblems)}
      />
      <Total
        href="/devices"
        name={words.devicesOnline}
        figure={count(devices.connectivity.online)}
        of={count(devices.total)}
        tone={devices.connectivity.offline > 0 ? "offline" : "ok"}
        note={
          devices.connectivity.offline > 0 ? words.offline(devices.connectivity.offline) : words.noneOffline
        }
      />
      <Total
        href={devices.health.error > 0 ? devicesUrl({ health: "error" }) : devicesUrl({ health: "warning" })}
        name={words.inTrouble}
        figure={count(trouble)}
        tone={devices.health.error > 0 ? "error" : trouble > 0 ? "warning" : "ok"}
        note={trouble === 0 ? words.noTrouble : words.troubles(devices.health.error, devices.health.warning)}
      />
      <Total
        href="/gateways"
        name={words.gatewaysConnected}
        figure={count(gateways.connected)}
        of={count(gateways.total)}
        tone={gateways.connected < gateways.total ? "offline" : "ok"}
        note={gatewaysNote(words, gateways)}
      />
    </nav>
  );
}

function gatewaysNote(
  words: Words["overview"],
  { total, connected, entriesBehind }: Overview["gateways"],
): string {
  const parts = [
    ...(connected < total ? [words.offline(total - connected)] : []),
    ...(entriesBehind > 0 ? [words.entriesBehind(entriesBehind)] : []),
  ];
  return parts.join(", ") || words.inStep;
}

const TOTAL_SHAPES = { ok: "disc", warning: "triangle", error: "square", offline: "ring" } as const;

function Total(props: {
  href: string;
  name: string;
  figure: string;
  of?: string;
  tone: keyof typeof TOTAL_SHAPES;
  note: string;
}) {
  return (
    <PageLink href={props.href}>
      <span class="total-name">{props.name}</span>
      <span class="total-figure">
        {props.figure}
        {props.of === undefined ? null : <small>{useWords().overview.of(props.of)}</small>}
      </span>
      <span class={`total-note tone-${props.tone}`}>
        <Mark shape={TOTAL_SHAPES[props.tone]} />
        {props.note}
      </span>
    </PageLink>
  );
}

function Attention({ devices, away }: { devices: readonly Device[]; away: readonly WallSite[] }) {
  const words = useWords();
  if (devices.length + away.length === 0) {
    return <p class="panel-body muted">{words.overview.nothingDoes}</p>;
  }
  return (
    <ul class="attention">
      {away.slice(0, ATTENTION_MAX).map((site) => (
        <li key={site.id}>
          <State state={{ shape: "ring", word: words.overview.cutOff, tone: "error" }} />
          <a class="row-link where" href={`/sites/${site.id}`}>
            {site.name}
          </a>
          <span class="why">{words.overview.cutOffText(site.devices.total)}</span>
          <span class="since">
            {site.gateway?.lastSeenAt == null ? null : <Ago at={site.gateway.lastSeenAt} />}
          </span>
        </li>
      ))}
      {devices.slice(0, ATTENTION_MAX).map((device) => (
        <li key={device.id}>
          <State state={worstOf(words, device)} />
          <span class="where">
            <a class="row-link" href={`/devices/${device.id}`}>
              {device.name}
            </a>
            <span class="cell-sub">{device.siteName}</span>
          </span>
          <span class="why">{healthReason(words, device) || connectionReason(words, device)}</span>
          <span class="since">
            {device.connectivity === "offline" && device.connectivitySince !== null ? (
              <Ago at={device.connectivitySince} />
            ) : null}
          </span>
        </li>
      ))}
    </ul>
  );
}

function worstOf(words: Words, device: Device): StateWords {
  if (device.health === "error") return healthState(words, "error");
  if (device.connectivity === "offline") return connectivityState(words, "offline");
  if (device.health === "warning") return healthState(words, "warning");
  return connectivityState(words, device.connectivity);
}

function FirstSteps() {
  const { overview: words } = useWords();
  return (
    <section class="panel">
      <Empty icon="store" title={words.first} text={words.firstText}>
        <Allowed to="site:write">
          <a class="button primary" href="/sites/new">
            {words.addSite}
          </a>
        </Allowed>
        <p>{words.lookAround}</p>
        <Command text="./scripts/demo" name={words.theCommand} />
      </Empty>
    </section>
  );
}
