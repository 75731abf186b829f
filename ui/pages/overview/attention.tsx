import type { Device } from "../../../protocol/devices/device.ts";
import type { WallSite } from "../../../protocol/health/health.ts";
import { Ago } from "../../components/moment.tsx";
import { Panel } from "../../components/panel.tsx";
import { SimulatedBadge, State } from "../../components/state.tsx";
import { PageLink } from "../../layout/page-link.tsx";
import type { Words } from "../../words/catalogues.ts";
import { useWords } from "../../words/use-words.ts";
import {
  connectionReason,
  connectivityState,
  healthReason,
  healthState,
  type StateWords,
} from "../../words/words.ts";

export interface AttentionProps {
  /** Devices in trouble, worst first; only those whose gateway is connected. */
  attention: readonly Device[];
  /** How many there are in all. */
  attentionTotal: number;
  /** Sites whose gateway is not connected. */
  away: readonly WallSite[];
  /** Rows shown; the lists have the rest. */
  max: number;
}

/** What is wrong, worst first: why, since when, and what to do about it. */
export function Attention({ attention, attentionTotal, away, max }: AttentionProps) {
  const { overview: words } = useWords();
  const total = attentionTotal + away.length;
  // However many sites are cut off, some of the devices are seen.
  const sites = away.slice(0, max - Math.min(attention.length, Math.floor(max / 2)));
  const devices = attention.slice(0, max - sites.length);
  const shown = sites.length + devices.length;
  return (
    <Panel title={words.attention} note={total === 0 ? undefined : words.worstFirst(total)} flush>
      {total === 0 ? (
        <p class="panel-body muted">{words.nothingDoes}</p>
      ) : (
        <ul class="attention">
          {sites.map((site) => (
            <SiteRow key={site.id} site={site} />
          ))}
          {devices.map((device) => (
            <DeviceRow key={device.id} device={device} />
          ))}
        </ul>
      )}
      {shown < total ? (
        <p class="panel-foot">
          <PageLink
            class="link"
            href={devices.length < attentionTotal ? "/devices?sort=connectivity" : "/gateways"}
          >
            {words.andMore(total - shown)}
          </PageLink>
        </p>
      ) : null}
    </Panel>
  );
}

function SiteRow({ site }: { site: WallSite }) {
  const { overview: words } = useWords();
  return (
    <li>
      <State state={{ shape: "ring", word: words.cutOff, tone: "error" }} />
      <span class="where">
        <a class="row-link" href={`/sites/${site.id}`}>
          {site.name}
        </a>
      </span>
      <span class="why">
        {site.gateway?.lastSeenAt == null && site.devices.total === 0
          ? words.neverCameText
          : words.cutOffText(site.devices.total)}
        <span class="cell-sub">{words.next.cutOff}</span>
      </span>
      <span class="since">
        {site.gateway?.lastSeenAt == null ? null : <Ago at={site.gateway.lastSeenAt} />}
      </span>
    </li>
  );
}

function DeviceRow({ device }: { device: Device }) {
  const words = useWords();
  const next = nextStep(words, device);
  return (
    <li>
      <State state={worstOf(words, device)} />
      <span class="where">
        <a class="row-link" href={`/devices/${device.id}`}>
          {device.name}
        </a>
        <span class="cell-sub">
          {device.siteName} {device.provenance === "simulated" ? <SimulatedBadge /> : null}
        </span>
      </span>
      <span class="why">
        {healthReason(words, device) || connectionReason(words, device)}
        {next === "" ? null : <span class="cell-sub">{next}</span>}
      </span>
      <span class="since">
        {device.connectivity !== "online" && device.connectivitySince !== null ? (
          <Ago at={device.connectivitySince} />
        ) : null}
      </span>
    </li>
  );
}

function worstOf(words: Words, device: Device): StateWords {
  if (device.health === "error") return healthState(words, "error");
  if (device.connectivity === "offline") return connectivityState(words, "offline");
  if (device.health === "warning") return healthState(words, "warning");
  return connectivityState(words, device.connectivity);
}

/** What to do first; "" where the reason says it already. */
function nextStep({ overview: { next } }: Words, { health, connectivity }: Device): string {
  if (health === "error") return next.error;
  if (connectivity === "offline") return next.offline;
  if (health === "warning") return "";
  return connectivity === "late" ? next.late : "";
}
