import type { WallSite } from "../../../protocol/health/health.ts";
import { Mark } from "../../components/mark.tsx";
import { Panel } from "../../components/panel.tsx";
import type { Words } from "../../words/catalogues.ts";
import { useWords } from "../../words/use-words.ts";
import { byWorst, type StateWords, siteState, troubles } from "../../words/words.ts";

/** Beyond this many, tiles lose their words, so that a thousand sites fit on one screen; on a wall, where type is large, sooner. */
const WORDY_MAX = 60;
const WORDY_ON_WALL_MAX = 30;
/** How many a field is made for: the style sheet has a size for each. */
const FIELDS = [100, 300, 1_000, 2_000];

/** The estate as a field of equal tiles, one a site, the worst first; the legend counts each kind. */
export function Estate(props: { sites: readonly WallSite[]; total: number; onWall?: boolean }) {
  const { sites, total } = props;
  const dense = sites.length > (props.onWall === true ? WORDY_ON_WALL_MAX : WORDY_MAX);
  const field = FIELDS.find((most) => sites.length <= most) ?? FIELDS.at(-1);
  const words = useWords();
  const { overview } = words;
  const sorted = [...sites].sort(byWorst);
  return (
    <Panel
      title={overview.estate}
      note={sites.length < total ? overview.someOf(sites.length, total) : overview.counted(total)}
    >
      <Legend sites={sorted} />
      <ul class={dense ? `estate dense of-${field}` : "estate"}>
        {sorted.map((site) => (
          <li key={site.id}>{dense ? <DenseTile words={words} site={site} /> : <Tile site={site} />}</li>
        ))}
      </ul>
    </Panel>
  );
}

function Legend({ sites }: { sites: readonly WallSite[] }) {
  const words = useWords();
  const counts = new Map<string, { state: StateWords; count: number }>();
  for (const site of sites) {
    const state = siteState(words, site);
    const known = counts.get(state.word);
    if (known === undefined) counts.set(state.word, { state, count: 1 });
    else known.count += 1;
  }
  return (
    <ul class="legend">
      {[...counts.values()].map(({ state, count }) => (
        <li key={state.word} class={`tone-${state.tone}`}>
          <Mark shape={state.shape} />
          <span>
            <strong>{words.count(count)}</strong> {state.word}
          </span>
        </li>
      ))}
    </ul>
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

/** Its shape is drawn by the style sheet: two thousand drawings would be most of the page. */
function DenseTile({ words, site }: { words: Words; site: WallSite }) {
  const { tone, shape } = siteState(words, site);
  const title = words.overview.titled(site.name, tileNote(words, site));
  // biome-ignore lint/a11y/useAnchorContent: its title is its name, and stands in the page once and not twice.
  return <a class={`tile tone-${tone} shape-${shape}`} href={`/sites/${site.id}`} title={title} />;
}
