import type { Page } from "../../protocol/api/list.ts";
import type { Site, SiteQuery } from "../../protocol/sites/site.ts";
import { ResultLine } from "../components/chips.tsx";
import { Empty } from "../components/empty.tsx";
import { HealthBar } from "../components/health-bar.tsx";
import { Icon } from "../components/icon.tsx";
import { Tags } from "../components/labels.tsx";
import { LiveRegion } from "../components/live-region.tsx";
import { Ago } from "../components/moment.tsx";
import { PageHead } from "../components/page-head.tsx";
import { Pager } from "../components/pager.tsx";
import { type RowDeed, RowDeeds } from "../components/row-deeds.tsx";
import { Choice, SearchForm } from "../components/search-form.tsx";
import { SortChoice, SortHead } from "../components/sorting.tsx";
import { State } from "../components/state.tsx";
import { Allowed, useMay } from "../layout/allowed.tsx";
import type { LocalView } from "../layout/frame.ts";
import { ListOptions, useList } from "../layout/lists.tsx";
import { devicesUrl, type SiteFilters, sitesUrl } from "../urls/urls.ts";
import { useWords } from "../words/use-words.ts";
import { siteState, troubles } from "../words/words.ts";
import { ExportLine } from "./export-line.tsx";

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
  return ({ sites: words, imports }) => {
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
              <>
                {empty ? null : <ListOptions list="sites" labels={words} />}
                <Allowed to="site:write">
                  <a class="button quiet" href="/sites/import">
                    {imports.import}
                  </a>
                  <a class="button primary" href="/sites/new" data-key="c">
                    <Icon name="plus" />
                    {words.add}
                  </a>
                </Allowed>
              </>
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
                <SortChoice fields={{ name: words.site }} {...query} />
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
  const { sites: words, devices: labels } = useWords();
  const { table, shows } = useList("sites");
  const filters = { q: query.q, tag: query.tag, sort: query.sort } as SiteFilters;
  const chips = (["q", "tag"] as const).flatMap((key) => {
    const { [key]: value = "", ...others } = filters;
    return value === "" ? [] : [{ key, label: labels.chip(key, value), without: sitesUrl(others) }];
  });
  const line = searching ? <ResultLine chips={chips} count={words.found(sites.total)} /> : null;
  if (sites.items.length === 0) {
    return (
      <>
        {line}
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
      </>
    );
  }
  const next =
    sites.nextCursor === null ? null : { cursor: sites.nextCursor, after: after + sites.items.length };
  return (
    <>
      {line}
      <div class="panel table-wrap">
        <table class={table}>
          <thead>
            <tr>
              <SortHead
                field="name"
                label={words.site}
                sorting={{ sort: query.sort ?? "name", url: (sort) => sitesUrl({ ...filters, sort }) }}
              />
              {shows("state") ? <th scope="col">{words.state}</th> : null}
              {shows("devices") ? <th scope="col">{words.devices}</th> : null}
              {shows("online") ? <th scope="col">{words.online}</th> : null}
              {shows("gateway") ? <th scope="col">{words.gateway}</th> : null}
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
      <ExportLine href={sitesUrl(filters).replace("/sites", "/api/v1/sites/export")} among={false} />
    </>
  );
}

function SiteRow({ site }: { site: Site }) {
  const { devices, gateway } = site;
  const unseen = gateway?.connected === false;
  const words = useWords();
  const { sites } = words;
  const { shows } = useList("sites");
  const may = useMay();
  const actions: RowDeed[] = [];
  if (may("site:write"))
    actions.push({
      ...{ href: `/sites/${site.id}/edit`, icon: "pencil", rowKey: "e" },
      label: words.lists.edit(site.name),
    });
  if (may("device:read"))
    actions.push({
      ...{ href: devicesUrl({ site: site.id }), icon: "cpu" },
      label: words.lists.devicesOf(site.name),
    });
  return (
    <tr>
      <td class="lead beside">
        <a class="row-link" href={`/sites/${site.id}`}>
          {site.name}
        </a>
        <RowDeeds actions={actions} />
        {site.address === "" ? null : <span class="cell-sub">{site.address}</span>}
        <Tags tags={site.tags} list="/sites" />
      </td>
      {shows("state") ? (
        <td class="end-phone">
          <State state={siteState(words, site)} />
        </td>
      ) : null}
      {shows("devices") ? (
        <td class={devices.total === 0 ? "off-phone" : "full"}>
          {devices.total === 0 ? (
            <span class="faint">{sites.noneYetHere}</span>
          ) : (
            <HealthBar devices={devices} unseen={unseen} />
          )}
          {unseen || troubles(words, devices) === "" ? null : (
            <span class="cell-sub">{troubles(words, devices)}</span>
          )}
          {devices.simulated === 0 ? null : (
            <span class="cell-sub">{words.overview.simulated(devices.simulated)}</span>
          )}
        </td>
      ) : null}
      {shows("online") ? (
        <td class={devices.total === 0 && gateway === null ? "off-phone" : "number nowrap"}>
          {devices.total === 0 ? null : unseen ? (
            <span class="faint">{sites.countedDevices(devices.total)}</span>
          ) : (
            sites.onlineOf(devices.connectivity.online, devices.total)
          )}
        </td>
      ) : null}
      {shows("gateway") ? (
        <td class={gateway === null ? "off-phone" : "end-phone"}>
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
      ) : null}
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
