import type { WallSite } from "../../protocol/health/health.ts";
import { Mark } from "../components/mark.tsx";
import { Panel } from "../components/panel.tsx";
import type { Words } from "../words/catalogues.ts";
import { useWords } from "../words/use-words.ts";
import { byWorst, siteState, troubles } from "../words/words.ts";

/** Beyond this many, tiles lose their words, so that a thousand sites fit on one screen. */
const WORDY_MAX = 60;

/** The estate as a field of equal tiles, one a site, the worst first. */
export function Estate({ sites, total }: { sites: readonly WallSite[]; total: number }) {
  const { overview: words } = useWords();
  const dense = sites.length > WORDY_MAX;
  return (
    <Panel
      title={words.estate}
      note={sites.length < total ? words.someOf(sites.length, total) : words.counted(total)}
    >
      <ul class={dense ? "estate dense" : "estate"}>
        {[...sites].sort(byWorst).map((site) => (
          <li key={site.id}>{dense ? <DenseTile site={site} /> : <Tile site={site} />}</li>
        ))}
      </ul>
    </Panel>
  );
}

function Tile({ site }: { site: WallSite }) {
  const words = useWords();
  const state = siteState(words, site);
  return (
    <a class={`tile tone-${state.tone}`} href={`/sites/${site.id}`}>
      <span class="tile-name">
        <span>{site.name}</span>
        <Mark shape={state.shape} />
      </span>
      <span class="tile-note">{tileNote(words, site)}</span>
    </a>
  );
}

/** `5 of 5 online`, or what is wrong. */
function tileNote(words: Words, site: WallSite): string {
  const { devices, gateway } = site;
  const { overview } = words;
  if (gateway === null) return overview.noGatewayYet;
  if (!gateway.connected) return overview.gatewayOffline;
  if (devices.total === 0) return overview.noDevicesYet;
  return troubles(words, devices) || overview.onlineOf(devices.connectivity.online, devices.total);
}

function DenseTile({ site }: { site: WallSite }) {
  const words = useWords();
  const state = siteState(words, site);
  const title = words.overview.titled(site.name, tileNote(words, site));
  return (
    <a class={`tile tone-${state.tone}`} href={`/sites/${site.id}`} title={title}>
      <Mark shape={state.shape} />
    </a>
  );
}
