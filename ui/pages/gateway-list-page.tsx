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
import type { View } from "../layout/frame.ts";
import { CLOCK_ADVICE, counted, FORGOTTEN_WORDS, gatewaysSentence, skewWords } from "../words/words.ts";

export interface GatewayListProps {
  gateways: Page<Gateway>;
  after: number;
}

export function gatewayListPage({ gateways, after }: GatewayListProps): View {
  const title = gatewaysSentence(gateways.items, gateways.total);
  const next = gateways.nextCursor;
  return {
    title,
    section: "gateways",
    crumbs: [{ label: "Gateways" }],
    body: (
      <LiveRegion id="gateways">
        <PageHead
          title={title}
          actions={
            <a class="button primary" href="/gateways/add">
              <Icon name="plus" />
              Add gateway
            </a>
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
}

function GatewayTable({ gateways }: { gateways: readonly Gateway[] }) {
  return (
    <div class="panel table-wrap">
      <table class="table cards">
        <thead>
          <tr>
            <th scope="col">Gateway</th>
            <th scope="col">State</th>
            <th scope="col">Last seen</th>
            <th scope="col">Behind</th>
            <th scope="col">Version</th>
            <th scope="col">
              <span class="hidden-visually">Actions</span>
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
  const skew = skewWords(gateway.clockSkewMs);
  return (
    <tr>
      <td class="lead beside">
        <a class="row-link" href={`/sites/${gateway.siteId}`}>
          {gateway.siteName}
        </a>
        <span class="cell-sub">{gateway.name}</span>
      </td>
      <td class="end-phone">
        <GatewayState gateway={gateway} />
        {skew === null ? null : (
          <span class="cell-sub tone-warning" title={CLOCK_ADVICE}>
            {skew}
          </span>
        )}
      </td>
      <td class="nowrap" data-label="Last seen">
        {gateway.lastSeenAt === null ? <span class="faint">Never</span> : <Ago at={gateway.lastSeenAt} />}
      </td>
      <td class="number end-phone">
        {behind > 0 ? (
          counted(behind, "entry", "entries")
        ) : (
          <span class="faint">{gateway.connected ? "In step" : "Not known"}</span>
        )}
        {gateway.unknownEntries === 0 ? null : (
          <span class="cell-sub">{counted(gateway.unknownEntries, "entry", "entries")} set aside</span>
        )}
        {forgotten === 0 ? null : (
          <span class="cell-sub tone-warning" title={FORGOTTEN_WORDS}>
            {counted(forgotten, "entry", "entries")} gone
          </span>
        )}
      </td>
      <td class="mono" data-label="Version">
        {gateway.version ?? ""}
      </td>
      <td class="end">
        {gateway.revoked ? null : (
          <Confirm
            id={`revoke-${gateway.id}`}
            label="Revoke"
            question={`Revoke the gateway of ${gateway.siteName}?`}
            consequence="It is cut off at once and cannot come back without a new claim code. Its devices and their history stay."
            action={`/gateways/${gateway.id}/revoke`}
            verb="Revoke gateway"
          />
        )}
      </td>
    </tr>
  );
}

function NoGateways() {
  return (
    <section class="panel">
      <Empty
        icon="router"
        title="A gateway connects a site"
        text="It is one program on one small machine at the site. It needs no open port: it calls the cloud, and keeps working when it cannot."
      >
        <a class="button primary" href="/gateways/add">
          Add gateway
        </a>
      </Empty>
    </section>
  );
}
