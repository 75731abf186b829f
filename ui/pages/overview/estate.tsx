import type { WallSite } from "../../../protocol/health/health.ts";
import { Mark } from "../../components/mark.tsx";
import { Panel } from "../../components/panel.tsx";
import { asMarkup, element } from "../../layout/markup.ts";
import type { Words } from "../../words/catalogues.ts";
import { useWords } from "../../words/use-words.ts";
import { type SiteWithState, type StateWords, troubles, worstFirst } from "../../words/words.ts";

/** Beyond this many, tiles lose their words, so that a thousand sites fit on one screen; on a wall, where type is large, sooner. */
const WORDY_MAX = 60;
const WORDY_ON_WALL_MAX = 30;
/** How many a field is made for: the style sheet has a size for each. */
const FIELDS = [100, 300, 1_000, 2_000];

/** The estate as a field of equal tiles, one a site, the worst first; the legend counts each kind. */
export function Estate(props: { sites: readonly WallSite[]; total: number; onWall?: boolean }) {
  const { sites, total } = props;
  const dense = sites.length > (props.onWall === true ? WORDY_ON_WALL_MAX : WORDY_MAX);
  const words = useWords();
  const { overview } = words;
  const sorted = worstFirst(words, sites);
  return (
    <Panel
      title={overview.estate}
      note={sites.length < total ? overview.someOf(sites.length, total) : overview.counted(total)}
    >
      <Legend states={sorted.map(({ state }) => state)} />
      {dense ? (
        <DenseField sites={sorted} />
      ) : (
        <ul class="estate">
          {sorted.map(({ site, state }) => (
            <li key={site.id}>
              <Tile site={site} state={state} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Legend({ states }: { states: readonly StateWords[] }) {
  const words = useWords();
  const counts = new Map<string, { state: StateWords; count: number }>();
  for (const state of states) {
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

function Tile({ site, state }: SiteWithState) {
  const words = useWords();
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

/**
 * Tiles without words. The shape of each is drawn by the style sheet: two thousand drawings would be most of the page. And
 * they are written as markup, which takes a tenth of what two thousand elements do; many say the same of themselves.
 */
function DenseField({ sites }: { sites: readonly SiteWithState[] }) {
  const words = useWords();
  const { titled } = words.overview;
  const notes = new Map<string, string>();
  const noteOf = (site: WallSite): string => {
    const { total, connectivity, health } = site.devices;
    const { online, late, offline, never } = connectivity;
    const seen = [site.gateway?.connected, total, online, late, offline, never];
    const key = [...seen, health.error, health.warning, health.maintenance].join();
    const known = notes.get(key) ?? tileNote(words, site);
    notes.set(key, known);
    return known;
  };
  const tiles = sites.map(({ site, state: { tone, shape } }) => {
    // Its title is its name, and stands in the page once and not twice.
    const title = titled(site.name, noteOf(site));
    const link = { class: `tile tone-${tone} shape-${shape}`, href: `/sites/${site.id}`, title };
    return element("li", {}, element("a", link, ""));
  });
  const field = FIELDS.find((most) => sites.length <= most) ?? FIELDS.at(-1);
  return asMarkup(element("ul", { class: `estate dense of-${field}` }, tiles.join("")));
}
