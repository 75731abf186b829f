import type { Found } from "../../protocol/search/search.ts";
import { Empty } from "../components/empty.tsx";
import { Icon } from "../components/icon.tsx";
import { PageHead } from "../components/page-head.tsx";
import { Palette } from "../components/palette.tsx";
import { Panel } from "../components/panel.tsx";
import { SearchForm } from "../components/search-form.tsx";
import { SimulatedBadge } from "../components/state.tsx";
import { useMay } from "../layout/allowed.tsx";
import type { LocalView } from "../layout/frame.ts";
import { PageLink } from "../layout/page-link.tsx";
import { fit } from "../search/fuzzy.ts";
import { ACTIONS, PAGES, type Place } from "../search/places.ts";
import { matchesOf, SOURCES } from "../search/sources.ts";
import { useWords } from "../words/use-words.ts";

export interface SearchProps {
  q: string;
  /** Null while nothing is searched for. */
  found: Found | null;
  /** Person and organisation: for whom what was chosen before is remembered. */
  who: string;
}

/** What the palette does, as a page: for who has no script, and for who wants more than fits a palette. */
export function searchPage(props: SearchProps): LocalView {
  return ({ search: words }) => {
    const title = props.found === null ? words.title : words.resultsFor(props.q);
    return {
      title,
      section: null,
      crumbs: [{ label: words.title }],
      body: (
        <>
          <PageHead title={title} />
          <SearchForm action="/search" label={words.label} placeholder={words.placeholder} q={props.q} />
          <div id="results" class="stack">
            <Results {...props} />
          </div>
          <Palette who={props.who} />
        </>
      ),
    };
  };
}

function Results({ q, found }: SearchProps) {
  const { search } = useWords();
  const places = { pages: usePlaces(PAGES, q), actions: usePlaces(ACTIONS, q) };
  const sources = SOURCES.map((source) => ({
    source,
    matches: found === null ? [] : matchesOf(source, found),
  })).filter(({ matches }) => matches.length > 0);
  if (sources.length + places.pages.length + places.actions.length === 0)
    return (
      <section class="panel">
        <Empty icon="search" title={search.nothingFor(q)} text={search.shorter} />
      </section>
    );
  return (
    <>
      {sources.map(({ source: { kind, icon, listOf }, matches }) => (
        <Panel
          key={kind}
          title={search.kinds[kind]}
          flush
          actions={
            listOf === null ? undefined : (
              <a class="button quiet" href={listOf(q)}>
                {search.allOf[kind]}
              </a>
            )
          }
        >
          <ul class="found">
            {matches.map(({ href, name, detail, isSimulated }) => (
              <li key={href}>
                <Icon name={icon} />
                <PageLink class="row-link" href={href}>
                  {name}
                </PageLink>
                {isSimulated ? <SimulatedBadge /> : null}
                <span class="faint">{detail}</span>
              </li>
            ))}
          </ul>
        </Panel>
      ))}
      {(["pages", "actions"] as const).map((group) =>
        places[group].length === 0 ? null : (
          <Panel key={group} title={search[group]} flush>
            <ul class="found several">
              {places[group].map(({ key, href, icon, plain }) => (
                <li key={key}>
                  <Icon name={icon} />
                  <a class="row-link" href={href} {...(plain ? { "hx-boost": "false" } : {})}>
                    {search.places[key].name}
                  </a>
                </li>
              ))}
            </ul>
          </Panel>
        ),
      )}
    </>
  );
}

/** Those one may go to that fit what was typed, best first. */
function usePlaces(all: readonly Place[], q: string): Place[] {
  const may = useMay();
  const { places } = useWords().search;
  return all
    .filter(({ needs }) => needs.every(may))
    .map((place) => ({ place, found: fit(`${places[place.key].name} ${places[place.key].also}`, q) }))
    .filter(({ found }) => found !== null)
    .sort((one, other) => (q === "" ? 0 : other.found!.score - one.found!.score))
    .map(({ place }) => place);
}
