import type { Page } from "../../protocol/api/list.ts";
import type { Gateway, GatewayQuery } from "../../protocol/gateways/gateway.ts";
import { ResultLine } from "../components/chips.tsx";
import { Confirm } from "../components/confirm.tsx";
import { Empty } from "../components/empty.tsx";
import { GatewayState } from "../components/gateway-state.tsx";
import { GatewayVersion } from "../components/gateway-version.tsx";
import { Icon } from "../components/icon.tsx";
import { LiveRegion } from "../components/live-region.tsx";
import { Ago } from "../components/moment.tsx";
import { PageHead } from "../components/page-head.tsx";
import { Pager } from "../components/pager.tsx";
import { SearchForm } from "../components/search-form.tsx";
import { SortChoice, SortHead, type Sorting } from "../components/sorting.tsx";
import { Allowed } from "../layout/allowed.tsx";
import type { LocalView } from "../layout/frame.ts";
import { ListOptions, useList } from "../layout/lists.tsx";
import { PageLink } from "../layout/page-link.tsx";
import { listUrl } from "../urls/urls.ts";
import { useWords } from "../words/use-words.ts";
import { gatewaysSentence, skewWords } from "../words/words.ts";
import { NoGateways } from "./no-gateways.tsx";

export interface GatewayListProps {
  gateways: Page<Gateway>;
  query: GatewayQuery;
  after: number;
  /** The newest release that there is, and how many gateways run another; null where there is none. */
  newest: { version: string; outdated: number } | null;
}

export function gatewayListPage(props: GatewayListProps): LocalView {
  const { gateways, query, newest } = props;
  const searching = (query.q ?? query.site ?? "") !== "";
  const empty = gateways.total === 0 && !searching;
  return (words) => {
    const title = searching ? words.gateways.title : gatewaysSentence(words, gateways.items, gateways.total);
    return {
      title,
      section: "gateways",
      crumbs: [{ label: words.gateways.title }],
      body: (
        <>
          <LiveRegion id="gateways">
            <PageHead
              title={title}
              actions={
                <>
                  {empty ? null : <ListOptions list="gateways" labels={words.gateways} />}
                  {newest === null || newest.outdated === 0 ? null : (
                    <Allowed to="job:run">
                      <a class="button" href="/jobs/new?kind=gateway.update&gateways=outdated">
                        <Icon name="arrow-up" />
                        {words.gateways.updateAll(newest.outdated)}
                      </a>
                    </Allowed>
                  )}
                  <Allowed to="gateway:claim">
                    <a class="button primary" href="/gateways/add" data-key="c">
                      <Icon name="plus" />
                      {words.gateways.add}
                    </a>
                  </Allowed>
                </>
              }
            />
          </LiveRegion>
          {empty ? null : (
            <SearchForm action="/gateways" label={words.gateways.search} q={query.q}>
              <SortChoice
                fields={{ siteName: words.devices.site, name: words.gateways.gateway }}
                {...query}
              />
            </SearchForm>
          )}
          <LiveRegion id="results">
            {empty ? (
              <NoGateways title={words.gateways.emptyTitle} text={words.gateways.emptyText} />
            ) : (
              <Results {...props} />
            )}
          </LiveRegion>
        </>
      ),
    };
  };
}

/** The list, filtered, sorted and from a page on. */
function gatewaysUrl(
  { q, site, sort }: Pick<GatewayQuery, "q" | "site"> & { sort?: string | undefined },
  more: Record<string, string> = {},
): string {
  return listUrl("/gateways", { q, site, sort, ...more });
}

function Results({ gateways, query, after, newest }: GatewayListProps) {
  const { gateways: words, devices } = useWords();
  const { q, site, sort } = query;
  const { items, total, nextCursor } = gateways;
  const chips = [
    ...(q ? [{ key: "q", label: devices.chip("q", q), without: gatewaysUrl({ site, sort }) }] : []),
    ...(site
      ? [
          {
            key: "site",
            label: devices.chip("site", items[0]?.siteName ?? devices.unknownSite),
            without: gatewaysUrl({ q, sort }),
          },
        ]
      : []),
  ];
  const last = after + items.length;
  return (
    <>
      {chips.length === 0 ? null : <ResultLine chips={chips} count={words.counted(total)} />}
      {items.length === 0 ? (
        <section class="panel">
          <Empty icon="search" title={words.noMatch} text={words.noMatchText}>
            <a class="button" href="/gateways">
              {words.showAll}
            </a>
          </Empty>
        </section>
      ) : (
        <GatewayTable
          gateways={items}
          newest={newest?.version ?? null}
          sorting={{ sort: sort ?? "name", url: (by) => gatewaysUrl({ q, site, sort: by }) }}
        />
      )}
      <Pager
        after={after}
        shown={items.length}
        total={total}
        next={
          nextCursor === null
            ? null
            : gatewaysUrl({ q, site, sort }, { cursor: nextCursor, after: String(last) })
        }
        first={gatewaysUrl({ q, site, sort })}
      />
    </>
  );
}

function GatewayTable(props: { gateways: readonly Gateway[]; newest: string | null; sorting: Sorting }) {
  const { gateways, newest, sorting } = props;
  const { gateways: words, devices } = useWords();
  const { table, shows } = useList("gateways");
  return (
    <div class="panel table-wrap">
      <table class={table}>
        <thead>
          <tr>
            <SortHead field="siteName" label={devices.site} sorting={sorting} />
            {shows("state") ? <th scope="col">{words.state}</th> : null}
            {shows("lastSeen") ? <th scope="col">{words.lastSeen}</th> : null}
            {shows("behind") ? <th scope="col">{words.behind}</th> : null}
            {shows("version") ? <th scope="col">{words.version}</th> : null}
            <th scope="col">
              <span class="hidden-visually">{words.actions}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {gateways.map((gateway) => (
            <GatewayRow key={gateway.id} gateway={gateway} newest={newest} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function GatewayRow({ gateway, newest }: { gateway: Gateway; newest: string | null }) {
  const behind = gateway.behind.urgent + gateway.behind.bulk;
  const forgotten = gateway.forgottenEntries.urgent + gateway.forgottenEntries.bulk;
  const words = useWords();
  const { gateways, jobs } = words;
  const skew = skewWords(words, gateway.clockSkewMs);
  const { shows } = useList("gateways");
  return (
    <tr>
      <td class="lead beside">
        <PageLink class="row-link" href={`/gateways/${gateway.id}`}>
          {gateway.siteName}
        </PageLink>
        <span class="cell-sub">{gateway.name}</span>
      </td>
      {shows("state") ? (
        <td class="end-phone">
          <GatewayState gateway={gateway} />
          {skew === null ? null : (
            <span class="cell-sub tone-warning" title={gateways.clockAdvice}>
              {skew}
            </span>
          )}
          {gateway.clonedAt === null || gateway.revoked ? null : (
            <span class="cell-sub tone-warning" title={gateways.clonedAdvice}>
              {gateways.cloned}
            </span>
          )}
        </td>
      ) : null}
      {shows("lastSeen") ? (
        <td class="nowrap" data-label={gateway.lastSeenAt === null ? undefined : gateways.lastSeen}>
          {gateway.lastSeenAt === null ? (
            <span class="faint">{gateways.never}</span>
          ) : (
            <Ago at={gateway.lastSeenAt} />
          )}
        </td>
      ) : null}
      {shows("behind") ? (
        <td class="number end-phone">
          {behind > 0 ? (
            gateways.entries(behind)
          ) : (
            <span class="faint">{gateway.connected ? gateways.inStep : gateways.notKnown}</span>
          )}
          {gateway.unknownEntries === 0 ? null : (
            <span class="cell-sub">{gateways.setAside(gateway.unknownEntries)}</span>
          )}
          {forgotten === 0 ? null : (
            <span class="cell-sub tone-warning" title={gateways.forgottenAdvice}>
              {gateways.gone(forgotten)}
            </span>
          )}
        </td>
      ) : null}
      {shows("version") ? (
        <td data-label={gateways.version}>
          <GatewayVersion gateway={gateway} newest={newest} />
        </td>
      ) : null}
      <td class="end">
        {gateway.revoked ? null : (
          <Allowed to="job:run">
            <a class="button quiet above" href={`/jobs/new?gateways=${gateway.id}`}>
              {jobs.runHere}
            </a>
          </Allowed>
        )}
        {gateway.revoked ? null : (
          <Allowed to="gateway:write">
            <Confirm
              id={`revoke-${gateway.id}`}
              label={gateways.revoke}
              question={gateways.revokeQuestion(gateway.siteName)}
              consequence={gateways.revokeText}
              action={`/gateways/${gateway.id}/revoke`}
              verb={gateways.revokeVerb}
            />
          </Allowed>
        )}
      </td>
    </tr>
  );
}
