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
import type { View } from "../layout/frame.ts";
import { type SiteFilters, sitesUrl } from "../urls/urls.ts";
import { wordsOf } from "../words/catalogues.ts";
import { counted, formatCount, siteState, troubles } from "../words/words.ts";

const ENGLISH = wordsOf("en");

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

export function siteListPage(props: SiteListProps): View {
  const { sites, query } = props;
  const searching = (query.q ?? query.tag ?? "") !== "";
  const empty = sites.total === 0 && !searching;
  const title = empty ? "No sites yet" : searching ? "Sites" : counted(sites.total, "site");
  return {
    title,
    section: "sites",
    crumbs: [{ label: "Sites" }],
    body: (
      <>
        <PageHead
          title={title}
          actions={
            <Allowed to="site:write">
              <a class="button primary" href="/sites/new">
                <Icon name="plus" />
                Add site
              </a>
            </Allowed>
          }
        />
        {empty ? (
          <NoSites />
        ) : (
          <>
            <SearchForm action="/sites" label="Search sites by name or address" q={query.q}>
              {props.tags.length === 0 ? null : (
                <Choice
                  name="tag"
                  label="Any tag"
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
              {counted(props.deleted, "deleted site")}
            </a>
          </p>
        )}
      </>
    ),
  };
}

function Results({ sites, query, after, searching }: SiteListProps & { searching: boolean }) {
  const filters = { q: query.q, tag: query.tag } as SiteFilters;
  if (sites.items.length === 0) {
    return (
      <section class="panel">
        <Empty
          icon="search"
          title="No site matches"
          text={`There is none whose name or address has “${query.q ?? ""}”.`}
        >
          <a class="button" href="/sites">
            Show all sites
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
          {counted(sites.total, "site")} found
        </p>
      ) : null}
      <div class="panel table-wrap">
        <table class="table cards">
          <thead>
            <tr>
              <th scope="col">Site</th>
              <th scope="col">State</th>
              <th scope="col">Devices</th>
              <th scope="col">Online</th>
              <th scope="col">Gateway</th>
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
        <State state={siteState(ENGLISH, site)} />
      </td>
      <td class="full">
        {devices.total === 0 ? <span class="faint">None yet</span> : <HealthBar devices={devices} />}
        {troubles(ENGLISH, devices) === "" ? null : (
          <span class="cell-sub">{troubles(ENGLISH, devices)}</span>
        )}
      </td>
      <td class="number nowrap">
        {devices.total === 0
          ? null
          : `${formatCount(devices.connectivity.online)} of ${formatCount(devices.total)} online`}
      </td>
      <td class="end-phone">
        {gateway === null ? (
          <span class="faint">None yet</span>
        ) : gateway.connected ? (
          "Connected"
        ) : gateway.lastSeenAt === null ? (
          "Never connected"
        ) : (
          <>
            Last seen <Ago at={gateway.lastSeenAt} />
          </>
        )}
      </td>
    </tr>
  );
}

function NoSites() {
  return (
    <section class="panel">
      <Empty
        icon="store"
        title="A site is a place with one gateway"
        text="A shop, a restaurant, a plant. Add one, then give its gateway a claim code, and its devices appear by themselves."
      >
        <Allowed to="site:write">
          <a class="button primary" href="/sites/new">
            Add a site
          </a>
        </Allowed>
      </Empty>
    </section>
  );
}
