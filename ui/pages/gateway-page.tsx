import type { Gateway } from "../../protocol/gateways/gateway.ts";
import { CloneNotice } from "../components/clone-notice.tsx";
import { Confirm } from "../components/confirm.tsx";
import { Facts } from "../components/facts.tsx";
import { GatewayState } from "../components/gateway-state.tsx";
import { Icon } from "../components/icon.tsx";
import { LiveRegion } from "../components/live-region.tsx";
import { Ago, Lasting } from "../components/moment.tsx";
import { PageHead } from "../components/page-head.tsx";
import { Panel } from "../components/panel.tsx";
import { Reason } from "../components/reason.tsx";
import { State } from "../components/state.tsx";
import { Allowed } from "../layout/allowed.tsx";
import type { LocalView } from "../layout/frame.ts";
import { PageLink } from "../layout/page-link.tsx";
import { jobState } from "../words/job-states.ts";
import { useWords } from "../words/use-words.ts";
import { gatewayState, skewWords } from "../words/words.ts";

export interface GatewayPageProps {
  gateway: Gateway;
  /** The newest release that there is; null where there is none, or one may not know. */
  newest: { version: string; sequence: number } | null;
}

/** One gateway: how its line is, what runs on it, and how its updates went. */
export function gatewayPage(props: GatewayPageProps): LocalView {
  const { gateway } = props;
  return (words) => {
    const { gateways } = words;
    const title = gateways.titled(gateway.siteName, gatewayState(words, gateway).word.toLowerCase());
    return {
      title,
      section: "gateways",
      crumbs: [{ label: gateways.title, href: "/gateways" }, { label: gateway.siteName }],
      body: (
        <LiveRegion id="gateway">
          <PageHead
            title={title}
            facts={
              <>
                <GatewayState gateway={gateway} />
                <PageLink href={`/sites/${gateway.siteId}`}>{gateway.siteName}</PageLink>
                {gateway.version === null ? null : <span>{gateways.runs(gateway.version)}</span>}
              </>
            }
            actions={<Actions {...props} />}
          />
          <div class="stack">
            <CloneNotice gateway={gateway} />
            <div class="split">
              <Updates {...props} />
              <Panel title={gateways.about}>
                <About gateway={gateway} />
              </Panel>
            </div>
          </div>
        </LiveRegion>
      ),
    };
  };
}

function Actions({ gateway, newest }: GatewayPageProps) {
  const { gateways: words, jobs } = useWords();
  const isBehind = !gateway.revoked && newest !== null && gateway.version !== newest.version;
  return (
    <>
      {isBehind ? (
        <Allowed to="job:run">
          <a class="button primary" href={`/jobs/new?kind=gateway.update&gateways=${gateway.id}`}>
            <Icon name="arrow-up" />
            {words.updateThis}
          </a>
        </Allowed>
      ) : null}
      {gateway.revoked ? null : (
        <Allowed to="job:run">
          <a class="button" href={`/jobs/new?gateways=${gateway.id}`}>
            <Icon name="list-checks" />
            {jobs.runHere}
          </a>
        </Allowed>
      )}
      <Allowed to="gateway:claim">
        <Confirm
          id={`replace-${gateway.id}`}
          label={words.replace}
          question={words.replaceQuestion(gateway.siteName)}
          consequence={words.replaceText}
          action={`/gateways/${gateway.id}/replace`}
          verb={words.makeCode}
        />
      </Allowed>
      {gateway.revoked || gateway.keyRotation !== null ? null : (
        <Allowed to="gateway:write">
          <Confirm
            id={`rotate-${gateway.id}`}
            label={words.rotateKey}
            question={words.rotateQuestion(gateway.siteName)}
            consequence={words.rotateText}
            action={`/gateways/${gateway.id}/rotate-key`}
            verb={words.rotateVerb}
          />
        </Allowed>
      )}
      {gateway.revoked ? null : (
        <Allowed to="gateway:write">
          <Confirm
            id={`revoke-${gateway.id}`}
            label={words.revoke}
            question={words.revokeQuestion(gateway.siteName)}
            consequence={words.revokeText}
            action={`/gateways/${gateway.id}/revoke`}
            verb={words.revokeVerb}
          />
        </Allowed>
      )}
    </>
  );
}

function Updates({ gateway, newest }: GatewayPageProps) {
  const words = useWords();
  const { gateways, jobs } = words;
  const { update, version, siteId } = gateway;
  return (
    <Panel
      title={gateways.updates}
      actions={
        <Allowed to="job:read">
          <a class="link" href={`/jobs?kind=gateway.update&site=${siteId}`}>
            {gateways.allUpdates}
          </a>
        </Allowed>
      }
    >
      <Facts
        facts={[
          [gateways.version, version === null ? null : <span class="mono">{version}</span>],
          [
            gateways.newest,
            newest === null ? gateways.noReleases : <span class="mono">{newest.version}</span>,
          ],
          [
            gateways.lastUpdate,
            update === null ? (
              gateways.neverUpdated
            ) : (
              <PageLink href={`/jobs/${update.jobId}/executions/${update.executionId}`}>
                <State state={jobState(words, update.state)} />
              </PageLink>
            ),
          ],
          [jobs.progress, update?.state === "running" ? gateways.updating(update.percent) : null],
          [jobs.since, update === null ? null : <Ago at={update.since} />],
          [
            jobs.reason,
            update?.reason == null ? (update?.message ?? null) : <Reason key="reason" of={update.reason} />,
          ],
        ]}
      />
    </Panel>
  );
}

/** Since when it has the key it has, or how far another one is. */
function Key({ gateway: { keySince, keyRotation } }: { gateway: Gateway }) {
  const { gateways } = useWords();
  if (keyRotation === null) return <span>{gateways.keyUsed(<Lasting since={keySince} />)}</span>;
  const { askedAt, madeAt } = keyRotation;
  return (
    <span>
      {madeAt === null ? gateways.keyAsked(<Ago at={askedAt} />) : gateways.keyMade(<Ago at={madeAt} />)}
    </span>
  );
}

function LineOpened({ gateway: { connected, connectedAt } }: { gateway: Gateway }) {
  const { gateways } = useWords();
  if (connectedAt === null) return <>{gateways.never}</>;
  return connected ? <Lasting since={connectedAt} /> : <Ago at={connectedAt} />;
}

function About({ gateway }: { gateway: Gateway }) {
  const words = useWords();
  const { gateways } = words;
  const behind = gateway.behind.urgent + gateway.behind.bulk;
  const forgotten = gateway.forgottenEntries.urgent + gateway.forgottenEntries.bulk;
  return (
    <Facts
      facts={[
        [gateways.gateway, gateway.name],
        [
          gateway.connected ? gateways.connectedFor : gateways.lastConnected,
          <LineOpened key="line" gateway={gateway} />,
        ],
        [gateways.lastSeen, gateway.lastSeenAt === null ? gateways.never : <Ago at={gateway.lastSeenAt} />],
        [
          gateways.behind,
          behind > 0 ? gateways.entries(behind) : gateway.connected ? gateways.inStep : gateways.notKnown,
        ],
        ["", gateway.unknownEntries === 0 ? null : gateways.setAside(gateway.unknownEntries)],
        [gateways.clock, skewWords(words, gateway.clockSkewMs)],
        [gateways.forgottenAdvice, forgotten === 0 ? null : gateways.gone(forgotten)],
        [gateways.protocol, gateway.protocol],
        [gateways.key, <Key key="key" gateway={gateway} />],
        [gateways.since, <Ago key="since" at={gateway.createdAt} />],
        [
          gateways.id,
          <span key="id" class="mono">
            {gateway.id}
          </span>,
        ],
      ]}
    />
  );
}
