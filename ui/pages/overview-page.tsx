import type { Device } from "../../protocol/devices/device.ts";
import type { Overview } from "../../protocol/health/health.ts";
import type { Site } from "../../protocol/sites/site.ts";
import { Command } from "../components/command.tsx";
import { Empty } from "../components/empty.tsx";
import { LiveRegion } from "../components/live-region.tsx";
import { Mark } from "../components/mark.tsx";
import { Ago } from "../components/moment.tsx";
import { PageHead } from "../components/page-head.tsx";
import { Panel } from "../components/panel.tsx";
import { State } from "../components/state.tsx";
import type { View } from "../layout/frame.ts";
import { devicesUrl } from "../urls/urls.ts";
import {
  CONNECTIVITY_WORDS,
  connectionReason,
  counted,
  formatCount,
  HEALTH_WORDS,
  healthReason,
  overviewSentence,
  type StateWords,
} from "../words/words.ts";
import { Estate } from "./estate.tsx";

/** Rows of "Needs attention" on the overview; the lists have the rest. */
export const ATTENTION_MAX = 8;

export interface OverviewProps {
  overview: Overview;
  sites: readonly Site[];
  /** Devices in trouble, worst first; only those whose gateway is connected. */
  attention: readonly Device[];
  /** How many there are in all. */
  attentionTotal: number;
}

/** The whole estate in one look, exceptions first. */
export function overviewPage(props: OverviewProps): View {
  const away = props.sites.filter((site) => site.gateway !== null && !site.gateway.connected);
  const title = overviewSentence(props.overview, props.attentionTotal + away.length);
  return {
    title,
    section: "overview",
    crumbs: [{ label: "Overview" }],
    body: (
      <LiveRegion id="overview">
        <PageHead title={title} />
        {props.overview.sites.total === 0 ? <FirstSteps /> : <Estates {...props} away={away} />}
      </LiveRegion>
    ),
  };
}

function Estates({ overview, sites, attention, attentionTotal, away }: OverviewProps & { away: Site[] }) {
  return (
    <>
      <Totals overview={overview} />
      <div class="stack">
        <Panel
          title="Needs attention"
          note={
            attentionTotal + away.length === 0 ? undefined : (
              <>Worst first, {formatCount(attentionTotal + away.length)} in all</>
            )
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
  const trouble = devices.health.error + devices.health.warning;
  return (
    <nav class="panel totals" aria-label="Totals">
      <Total
        href="/sites"
        name="Sites"
        figure={formatCount(sites.total)}
        tone={sites.withProblems === 0 ? "ok" : "warning"}
        note={sites.withProblems === 0 ? "All well" : `${counted(sites.withProblems, "site")} with problems`}
      />
      <Total
        href="/devices"
        name="Devices online"
        figure={formatCount(devices.connectivity.online)}
        of={formatCount(devices.total)}
        tone={devices.connectivity.offline > 0 ? "offline" : "ok"}
        note={
          devices.connectivity.offline > 0
            ? `${formatCount(devices.connectivity.offline)} offline`
            : "None offline"
        }
      />
      <Total
        href={devices.health.error > 0 ? devicesUrl({ health: "error" }) : devicesUrl({ health: "warning" })}
        name="In trouble"
        figure={formatCount(trouble)}
        tone={devices.health.error > 0 ? "error" : trouble > 0 ? "warning" : "ok"}
        note={
          trouble === 0
            ? "No errors, no warnings"
            : `${counted(devices.health.error, "error")}, ${counted(devices.health.warning, "warning")}`
        }
      />
      <Total
        href="/gateways"
        name="Gateways connected"
        figure={formatCount(gateways.connected)}
        of={formatCount(gateways.total)}
        tone={gateways.connected < gateways.total ? "offline" : "ok"}
        note={gatewaysNote(gateways)}
      />
    </nav>
  );
}

function gatewaysNote({ total, connected, entriesBehind }: Overview["gateways"]): string {
  const parts = [
    ...(connected < total ? [`${formatCount(total - connected)} offline`] : []),
    ...(entriesBehind > 0 ? [`${counted(entriesBehind, "entry", "entries")} behind`] : []),
  ];
  return parts.join(", ") || "All in step";
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
    <a href={props.href}>
      <span class="total-name">{props.name}</span>
      <span class="total-figure">
        {props.figure}
        {props.of === undefined ? null : <small> of {props.of}</small>}
      </span>
      <span class={`total-note tone-${props.tone}`}>
        <Mark shape={TOTAL_SHAPES[props.tone]} />
        {props.note}
      </span>
    </a>
  );
}

function Attention({ devices, away }: { devices: readonly Device[]; away: readonly Site[] }) {
  if (devices.length + away.length === 0) {
    return (
      <p class="panel-body muted">
        Nothing does. What goes wrong appears here, the worst first, with its reason and since when.
      </p>
    );
  }
  return (
    <ul class="attention">
      {away.slice(0, ATTENTION_MAX).map((site) => (
        <li key={site.id}>
          <State state={{ shape: "ring", word: "Cut off", tone: "error" }} />
          <a class="row-link where" href={`/sites/${site.id}`}>
            {site.name}
          </a>
          <span class="why">
            Its gateway is not connected; {counted(site.devices.total, "device")} cannot be seen
          </span>
          <span class="since">
            {site.gateway?.lastSeenAt == null ? null : <Ago at={site.gateway.lastSeenAt} />}
          </span>
        </li>
      ))}
      {devices.slice(0, ATTENTION_MAX).map((device) => (
        <li key={device.id}>
          <State state={worstOf(device)} />
          <span class="where">
            <a class="row-link" href={`/devices/${device.id}`}>
              {device.name}
            </a>
            <span class="cell-sub">{device.siteName}</span>
          </span>
          <span class="why">{healthReason(device) || connectionReason(device)}</span>
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

function worstOf(device: Device): StateWords {
  if (device.health === "error") return HEALTH_WORDS.error;
  if (device.connectivity === "offline") return CONNECTIVITY_WORDS.offline;
  if (device.health === "warning") return HEALTH_WORDS.warning;
  return CONNECTIVITY_WORDS[device.connectivity];
}

function FirstSteps() {
  return (
    <section class="panel">
      <Empty
        icon="store"
        title="Add your first site"
        text="A site is a shop, restaurant or plant with one gateway. The gateway finds its devices and keeps working when the line is down."
      >
        <a class="button primary" href="/sites/new">
          Add a site
        </a>
        <p>To look around first, start the demo with 12 simulated devices:</p>
        <Command text="./scripts/demo" name="the command" />
      </Empty>
    </section>
  );
}
