import type { Site } from "../../protocol/sites/site.ts";
import { Mark } from "../components/mark.tsx";
import { Panel } from "../components/panel.tsx";
import { byWorst, counted, formatCount, siteState, troubles } from "../words/words.ts";

/** Beyond this many, tiles lose their words, so that a thousand sites fit on one screen. */
const WORDY_MAX = 60;

/** The estate as a field of equal tiles, one a site, the worst first. */
export function Estate({ sites, total }: { sites: readonly Site[]; total: number }) {
  const dense = sites.length > WORDY_MAX;
  return (
    <Panel title="Estate" note={estateNote(sites.length, total)}>
      <ul class={dense ? "estate dense" : "estate"}>
        {[...sites].sort(byWorst).map((site) => (
          <li key={site.id}>{dense ? <DenseTile site={site} /> : <Tile site={site} />}</li>
        ))}
      </ul>
    </Panel>
  );
}

function estateNote(shown: number, total: number): string {
  return shown < total ? `${formatCount(shown)} of ${formatCount(total)} sites` : counted(total, "site");
}

function Tile({ site }: { site: Site }) {
  const state = siteState(site);
  return (
    <a class={`tile tone-${state.tone}`} href={`/sites/${site.id}`}>
      <span class="tile-name">
        <span>{site.name}</span>
        <Mark shape={state.shape} />
      </span>
      <span class="tile-note">{tileNote(site)}</span>
    </a>
  );
}

/** `5 of 5 online`, or what is wrong. */
function tileNote(site: Site): string {
  const { devices, gateway } = site;
  if (gateway === null) return "No gateway yet";
  if (!gateway.connected) return "Gateway offline";
  if (devices.total === 0) return "No devices yet";
  return troubles(devices) || `${devices.connectivity.online} of ${devices.total} online`;
}

function DenseTile({ site }: { site: Site }) {
  const state = siteState(site);
  const words = `${site.name}: ${tileNote(site)}`;
  return (
    <a class={`tile tone-${state.tone}`} href={`/sites/${site.id}`} title={words} aria-label={words}>
      <Mark shape={state.shape} />
    </a>
  );
}
