import type { Page } from "../../protocol/api/list.ts";
import type { Device } from "../../protocol/devices/device.ts";
import type { Gateway } from "../../protocol/gateways/gateway.ts";
import type { Site } from "../../protocol/sites/site.ts";
import { ClockNotice } from "../components/clock-notice.tsx";
import { Command } from "../components/command.tsx";
import { Confirm } from "../components/confirm.tsx";
import { DeviceTable } from "../components/device-table.tsx";
import { Empty } from "../components/empty.tsx";
import { Facts } from "../components/facts.tsx";
import { GatewayState } from "../components/gateway-state.tsx";
import { Icon } from "../components/icon.tsx";
import { Tags } from "../components/labels.tsx";
import { LiveRegion } from "../components/live-region.tsx";
import { Ago, BothTimes, LocalTime, YourTime } from "../components/moment.tsx";
import { PageHead } from "../components/page-head.tsx";
import { Panel } from "../components/panel.tsx";
import { SiteTitleIsland } from "../islands/device-states.tsx";
import { Allowed } from "../layout/allowed.tsx";
import type { LocalView } from "../layout/frame.ts";
import { devicesUrl } from "../urls/urls.ts";
import { useWords } from "../words/use-words.ts";
import { healthyOf, isReachable } from "../words/words.ts";

export interface SitePageProps {
  site: Site;
  /** The first page of its devices; null for who may not see devices. */
  devices: Page<Device> | null;
  /** None for who may not see gateways. */
  gateways: readonly Gateway[];
}

export function sitePage(props: SitePageProps): LocalView {
  const { site, devices } = props;
  // Of a site whose devices are all behind gateways that are away, nobody knows how it is.
  const items = devices?.items ?? [];
  const away = items.length > 0 && !items.some(isReachable);
  return (words) => {
    const { states, sites } = words;
    const state = away ? states.gatewayAway : healthyOf(words, items);
    const title = devices === null ? site.name : states.titled(site.name, state);
    return {
      title,
      section: "sites",
      crumbs: [{ label: sites.title, href: "/sites" }, { label: site.name }],
      body: (
        <LiveRegion id="site">
          <PageHead
            title={away || devices === null ? title : <SiteTitleIsland name={site.name} devices={items} />}
            facts={
              <>
                {site.address === "" ? null : (
                  <span>
                    <Icon name="map-pin" />
                    {site.address}
                  </span>
                )}
                <span>
                  <Icon name="clock" />
                  <span>
                    {sites.localTime(<LocalTime timeZone={site.timeZone} />, site.timeZone)}{" "}
                    <YourTime timeZone={site.timeZone} />
                  </span>
                </span>
                <Tags tags={site.tags} list="/sites" />
              </>
            }
            actions={
              <>
                <Allowed to="job:run">
                  <a class="button" href={`/jobs/new?site=${site.id}`}>
                    <Icon name="list-checks" />
                    {words.jobs.runHere}
                  </a>
                </Allowed>
                <Allowed to="notification:send">
                  <a class="button" href={`/notifications/new?site=${site.id}`}>
                    <Icon name="bell" />
                    {words.notifications.notify}
                  </a>
                </Allowed>
                <Allowed to="device:read">
                  <a class="button" href={`/sites/${site.id}/configuration`}>
                    {words.devices.tabs.configuration}
                  </a>
                </Allowed>
                <Allowed to="site:write">
                  <a class="button" href={`/sites/${site.id}/edit`}>
                    <Icon name="pencil" />
                    {sites.edit}
                  </a>
                  <DeleteSite site={site} />
                </Allowed>
              </>
            }
          />
          <div class="split">
            <DevicePanel site={site} devices={devices} />
            <div class="stack">
              {props.gateways.map((gateway) => (
                <GatewayPanel key={gateway.id} gateway={gateway} timeZone={site.timeZone} />
              ))}
              {site.gateway === null && items.length > 0 ? <AddGateway site={site} /> : null}
              {Object.keys(site.customAttributes).length === 0 ? null : (
                <Panel title={sites.noted}>
                  <Facts facts={Object.entries(site.customAttributes)} />
                </Panel>
              )}
              {site.description === "" ? null : (
                <Panel title={sites.notes}>
                  <p>{site.description}</p>
                </Panel>
              )}
            </div>
          </div>
        </LiveRegion>
      ),
    };
  };
}

function DevicePanel({ site, devices }: Pick<SitePageProps, "site" | "devices">) {
  const { roles, sites, devices: words } = useWords();
  const { total } = devices ?? site.devices;
  return (
    <Panel
      title={sites.devices}
      note={total === 0 ? undefined : sites.countedDevices(total)}
      flush={devices !== null && total > 0}
      actions={
        site.gateway === null ? undefined : (
          <Allowed to="device:write">
            <a class="button quiet" href={`/devices/new?site=${site.id}`}>
              {words.add}
            </a>
          </Allowed>
        )
      }
    >
      {devices === null ? (
        <p class="muted">{roles.devicesUnseen}</p>
      ) : total === 0 ? (
        <NoDevices site={site} />
      ) : (
        <SiteDevices site={site} devices={devices} />
      )}
    </Panel>
  );
}

function SiteDevices({ site, devices }: { site: Site; devices: Page<Device> }) {
  const { sites } = useWords();
  return (
    <>
      <DeviceTable devices={devices.items} withSite={false} />
      {devices.nextCursor === null ? null : (
        <p class="panel-foot">
          <a class="link" href={devicesUrl({ site: site.id })}>
            {sites.showAllDevices(devices.total)}
          </a>
        </p>
      )}
    </>
  );
}

function GatewayPanel({ gateway, timeZone }: { gateway: Gateway; timeZone: string }) {
  const { sites, gateways } = useWords();
  const behind = gateway.behind.urgent + gateway.behind.bulk;
  const forgotten = gateway.forgottenEntries.urgent + gateway.forgottenEntries.bulk;
  // What a gateway that is away has gathered since, nobody knows.
  const whileNone = gateway.connected ? sites.nothingInStep : sites.notKnown;
  return (
    <Panel title={sites.gateway} actions={<GatewayState gateway={gateway} />}>
      <ClockNotice gateway={gateway} />
      <Facts
        facts={[
          [sites.name, gateway.name],
          [
            gateway.connected ? sites.connected : sites.lastSeen,
            gateway.connected && gateway.connectedAt !== null ? (
              <>
                <Ago at={gateway.connectedAt} /> <BothTimes at={gateway.connectedAt} timeZone={timeZone} />
              </>
            ) : gateway.lastSeenAt === null ? (
              sites.never
            ) : (
              <>
                <Ago at={gateway.lastSeenAt} /> <BothTimes at={gateway.lastSeenAt} timeZone={timeZone} />
              </>
            ),
          ],
          [sites.behind, behind === 0 ? whileNone : sites.entries(behind)],
          [
            sites.gone,
            forgotten === 0 ? null : (
              <span title={gateways.forgottenAdvice}>{sites.goneEntries(forgotten)}</span>
            ),
          ],
          [sites.version, gateway.version],
        ]}
      />
    </Panel>
  );
}

function NoDevices({ site }: { site: Site }) {
  const { sites } = useWords();
  if (site.gateway === null) {
    return (
      <Empty icon="router" title={sites.needsGateway} text={sites.needsGatewayText}>
        <Allowed to="gateway:claim">
          <a class="button primary" href={`/gateways/add?site=${site.id}`}>
            {sites.addGateway}
          </a>
        </Allowed>
      </Empty>
    );
  }
  return (
    <Empty icon="cpu" title={sites.noDevicesYet} text={sites.noDevicesText}>
      <Command text="homepot-edge device add till-1" name={sites.deviceCommand} />
      <p>{sites.letPublish}</p>
      <Command
        text={`mosquitto_pub -u till-1 -P PASSWORD -q 1 \\\n  -t homepot/till-1/telemetry -m '{"temperature":21.4}'`}
        name={sites.publishCommand}
      />
    </Empty>
  );
}

function AddGateway({ site }: { site: Site }) {
  const { sites } = useWords();
  return (
    <Panel title={sites.gateway}>
      <p class="muted">{sites.noGatewayText}</p>
      <p>
        <Allowed to="gateway:claim">
          <a class="button" href={`/gateways/add?site=${site.id}`}>
            {sites.addGateway}
          </a>
        </Allowed>
      </p>
    </Panel>
  );
}

function DeleteSite({ site }: { site: Site }) {
  const { sites } = useWords();
  const { total } = site.devices;
  return (
    <Confirm
      id="delete-site"
      label={sites.delete}
      question={sites.deleteQuestion(site.name)}
      consequence={
        total === 0 && site.gateway === null
          ? sites.deleteEmpty
          : sites.deleteText(total, site.gateway !== null)
      }
      action={`/sites/${site.id}/remove`}
      verb={sites.deleteVerb}
    />
  );
}
