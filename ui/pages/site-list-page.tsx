import type { Page } from "../../protocol/api/list.ts";
import type { Site, SiteQuery } from "../../protocol/sites/site.ts";
import { Empty } from "../components/empty.tsx";
import { HealthBar } from "../components/health-bar.tsx";
import { Icon } from "../components/icon.tsx";
import { Tags } from "../components/labels.tsx";
import { LiveRegion } from "../components/live-region.tsx";
import { Ago } from "../components/moment.tsx";
import { PageHead } from "../components/page-head.tsx";
import { Pager } from "../components/pager.tsx";
import { Choice, SearchForm } from "../components/search-form.tsx";
import { State } from "../components/state.tsx";
import { Allowed } from "../layout/allowed.tsx";
import type { LocalView } from "../layout/frame.ts";
import { type SiteFilters, sitesUrl } from "../urls/urls.ts";
import { useWords } from "../words/use-words.ts";
import { siteState, troubles } from "../words/words.ts";

export interface SiteListProps {
  sites: Page<Site>;
  query: SiteQuery;
  /** How many rows the pages before this one had. */
  after: number;
  /** Tags to filter by. */
  tags: readonly string[];
  /** How many sites are deleted and can come back. */
  deleted: number;
}

export function siteListPage(props: SiteListProps): LocalView {
  const { sites, query } = props;
  const searching = (query.q ?? query.tag ?? "") !== "";
  const empty = sites.total === 0 && !searching;
  return ({ sites: words }) => {
    const title = empty ? words.noneYet : searching ? words.title : words.counted(sites.total);
    return {
      title,
      section: "sites",
      crumbs: [{ label: words.title }],
      body: (
        <>
          <PageHead
            title={title}
            actions={
              <Allowed to="site:write">
                <a class="button primary" href="/sites/new" data-key="c">
                  <Icon name="plus" />
                  {words.add}
                </a>
              </Allowed>
            }
          />
          {empty ? (
            <NoSites />
          ) : (
            <>
              <SearchForm action="/sites" label={words.search} q={query.q}>
                {props.tags.length === 0 ? null : (
                  <Choice
                    name="tag"
                    label={words.anyTag}
                    value={query.tag}
                    choices={props.tags.map((tag) => [tag, tag] as const)}
                  />
                )}
              </SearchForm>
              <LiveRegion id="results">
                <Results {...props} searching={searching} />
              </LiveRegion>
            </>
          )}
          {props.deleted === 0 ? null : (
            <p class="list-foot">
              <a class="link" href={sitesUrl({ deleted: "true" })}>
                {words.deletedSites(props.deleted)}
              </a>
            </p>
          )}
        </>
      ),
    };
  };
}

function Results({ sites, query, after, searching }: SiteListProps & { searching: boolean }) {
  const { sites: words } = useWords();
  const filters = { q: query.q, tag: query.tag } as SiteFilters;
  if (sites.items.length === 0) {
    return (
      <section class="panel">
        <Empty
          icon="search"
          title={words.noMatch}
          text={query.q === undefined ? words.noMatchTag(query.tag ?? "") : words.noMatchText(query.q)}
        >
          <a class="button" href="/sites">
            {words.showAll}
          </a>
        </Empty>
      </section>
    );
  }
  const next =
    sites.nextCursor === null ? null : { cursor: sites.nextCursor, after: after + sites.items.length };
  return (
    <>
      {searching ? (
        <p class="result-line" role="status">
          {words.found(sites.total)}
        </p>
      ) : null}
      <div class="panel table-wrap">
        <table class="table cards">
          <thead>
            <tr>
              <th scope="col">{words.site}</th>
              <th scope="col">{words.state}</th>
              <th scope="col">{words.devices}</th>
              <th scope="col">{words.online}</th>
              <th scope="col">{words.gateway}</th>
            </tr>
          </thead>
          <tbody>
            {sites.items.map((site) => (
              <SiteRow key={site.id} site={site} />
            ))}
          </tbody>
        </table>
      </div>
      <Pager
        after={after}
        shown={sites.items.length}
        total={sites.total}
        next={next === null ? null : sitesUrl(filters, next)}
        first={sitesUrl(filters)}
      />
    </>
  );
}

function SiteRow({ site }: { site: Site }) {
  const { devices, gateway } = site;
  const words = useWords();
  const { sites } = words;
  return (
    <tr>
      <td class="lead beside">
        <a class="row-link" href={`/sites/${site.id}`}>
          {site.name}
        </a>
        {site.address === "" ? null : <span class="cell-sub">{site.address}</span>}
        <Tags tags={site.tags} list="/sites" />
      </td>
      <td class="end-phone">
        <State state={siteState(words, site)} />
      </td>
      <td class="full">
        {devices.total === 0 ? (
          <span class="faint">{sites.noneYetHere}</span>
        ) : (
          <HealthBar devices={devices} />
        )}
        {troubles(words, devices) === "" ? null : <span class="cell-sub">{troubles(words, devices)}</span>}
      </td>
      <td class="number nowrap">
        {devices.total === 0 ? null : sites.onlineOf(devices.connectivity.online, devices.total)}
      </td>
      <td class="end-phone">
        {gateway === null ? (
          <span class="faint">{sites.noneYetHere}</span>
        ) : gateway.connected ? (
          sites.connected
        ) : gateway.lastSeenAt === null ? (
          sites.neverConnected
        ) : (
          sites.lastSeenAgo(<Ago at={gateway.lastSeenAt} />)
        )}
      </td>
    </tr>
  );
}

function NoSites() {
  const { sites } = useWords();
  return (
    <section class="panel">
      <Empty icon="store" title={sites.emptyTitle} text={sites.emptyText}>
        <Allowed to="site:write">
          <a class="button primary" href="/sites/new">
            {sites.addTitle}
          </a>
        </Allowed>
      </Empty>
    </section>
  );
}
