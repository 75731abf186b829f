import type { Page } from "../../protocol/api/list.ts";
import type { Gateway } from "../../protocol/gateways/gateway.ts";
import { Confirm } from "../components/confirm.tsx";
import { Empty } from "../components/empty.tsx";
import { GatewayState } from "../components/gateway-state.tsx";
import { Icon } from "../components/icon.tsx";
import { LiveRegion } from "../components/live-region.tsx";
import { Ago } from "../components/moment.tsx";
import { PageHead } from "../components/page-head.tsx";
import { Pager } from "../components/pager.tsx";
import { Allowed } from "../layout/allowed.tsx";
import type { LocalView } from "../layout/frame.ts";
import { PageLink } from "../layout/page-link.tsx";
import { useWords } from "../words/use-words.ts";
import { gatewaysSentence, skewWords } from "../words/words.ts";

export interface GatewayListProps {
  gateways: Page<Gateway>;
  after: number;
}

export function gatewayListPage({ gateways, after }: GatewayListProps): LocalView {
  const next = gateways.nextCursor;
  return (words) => {
    const title = gatewaysSentence(words, gateways.items, gateways.total);
    return {
      title,
      section: "gateways",
      crumbs: [{ label: words.gateways.title }],
      body: (
        <LiveRegion id="gateways">
          <PageHead
            title={title}
            actions={
              <Allowed to="gateway:claim">
                <a class="button primary" href="/gateways/add" data-key="c">
                  <Icon name="plus" />
                  {words.gateways.add}
                </a>
              </Allowed>
            }
          />
          {gateways.total === 0 ? <NoGateways /> : <GatewayTable gateways={gateways.items} />}
          <Pager
            after={after}
            shown={gateways.items.length}
            total={gateways.total}
            next={
              next === null
                ? null
                : `/gateways?cursor=${encodeURIComponent(next)}&after=${after + gateways.items.length}`
            }
            first="/gateways"
          />
        </LiveRegion>
      ),
    };
  };
}

function GatewayTable({ gateways }: { gateways: readonly Gateway[] }) {
  const { gateways: words } = useWords();
  return (
    <div class="panel table-wrap">
      <table class="table cards">
        <thead>
          <tr>
            <th scope="col">{words.gateway}</th>
            <th scope="col">{words.state}</th>
            <th scope="col">{words.lastSeen}</th>
            <th scope="col">{words.behind}</th>
            <th scope="col">{words.version}</th>
            <th scope="col">
              <span class="hidden-visually">{words.actions}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {gateways.map((gateway) => (
            <GatewayRow key={gateway.id} gateway={gateway} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function GatewayRow({ gateway }: { gateway: Gateway }) {
  const behind = gateway.behind.urgent + gateway.behind.bulk;
  const forgotten = gateway.forgottenEntries.urgent + gateway.forgottenEntries.bulk;
  const words = useWords();
  const { gateways } = words;
  const skew = skewWords(words, gateway.clockSkewMs);
  return (
    <tr>
      <td class="lead beside">
        <PageLink class="row-link" href={`/sites/${gateway.siteId}`}>
          {gateway.siteName}
        </PageLink>
        <span class="cell-sub">{gateway.name}</span>
      </td>
      <td class="end-phone">
        <GatewayState gateway={gateway} />
        {skew === null ? null : (
          <span class="cell-sub tone-warning" title={gateways.clockAdvice}>
            {skew}
          </span>
        )}
      </td>
      <td class="nowrap" data-label={gateways.lastSeen}>
        {gateway.lastSeenAt === null ? (
          <span class="faint">{gateways.never}</span>
        ) : (
          <Ago at={gateway.lastSeenAt} />
        )}
      </td>
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
      <td class="mono" data-label={gateways.version}>
        {gateway.version ?? ""}
      </td>
      <td class="end">
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

function NoGateways() {
  const { gateways } = useWords();
  return (
    <section class="panel">
      <Empty icon="router" title={gateways.emptyTitle} text={gateways.emptyText}>
        <Allowed to="gateway:claim">
          <a class="button primary" href="/gateways/add">
            {gateways.add}
          </a>
        </Allowed>
      </Empty>
    </section>
  );
}
