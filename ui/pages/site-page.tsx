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
import type { View } from "../layout/frame.ts";
import { devicesUrl } from "../urls/urls.ts";
import { wordsOf } from "../words/catalogues.ts";
import { useWords } from "../words/use-words.ts";
import { counted, formatCount, healthyOf, isReachable } from "../words/words.ts";

const ENGLISH = wordsOf("en");

export interface SitePageProps {
  site: Site;
  /** The first page of its devices; null for who may not see devices. */
  devices: Page<Device> | null;
  /** None for who may not see gateways. */
  gateways: readonly Gateway[];
}

export function sitePage(props: SitePageProps): View {
  const { site, devices } = props;
  // Of a site whose devices are all behind gateways that are away, nobody knows how it is.
  const items = devices?.items ?? [];
  const away = items.length > 0 && !items.some(isReachable);
  const state = away ? "its gateway is not connected" : healthyOf(ENGLISH, items);
  const title = devices === null ? site.name : `${site.name}: ${state}`;
  return {
    title,
    section: "sites",
    crumbs: [{ label: "Sites", href: "/sites" }, { label: site.name }],
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
                  <LocalTime timeZone={site.timeZone} /> in {site.timeZone}{" "}
                  <YourTime timeZone={site.timeZone} />
                </span>
              </span>
              <Tags tags={site.tags} list="/sites" />
            </>
          }
          actions={
            <Allowed to="site:write">
              <a class="button" href={`/sites/${site.id}/edit`}>
                <Icon name="pencil" />
                Edit
              </a>
              <DeleteSite site={site} />
            </Allowed>
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
              <Panel title="Noted">
                <Facts facts={Object.entries(site.customAttributes)} />
              </Panel>
            )}
            {site.description === "" ? null : (
              <Panel title="Notes">
                <p>{site.description}</p>
              </Panel>
            )}
          </div>
        </div>
      </LiveRegion>
    ),
  };
}

function DevicePanel({ site, devices }: Pick<SitePageProps, "site" | "devices">) {
  const { roles } = useWords();
  const { total } = devices ?? site.devices;
  return (
    <Panel
      title="Devices"
      note={total === 0 ? undefined : counted(total, "device")}
      flush={devices !== null && total > 0}
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
  return (
    <>
      <DeviceTable devices={devices.items} withSite={false} />
      {devices.nextCursor === null ? null : (
        <p class="panel-foot">
          <a class="link" href={devicesUrl({ site: site.id })}>
            Show all {formatCount(devices.total)} devices
          </a>
        </p>
      )}
    </>
  );
}

function GatewayPanel({ gateway, timeZone }: { gateway: Gateway; timeZone: string }) {
  const behind = gateway.behind.urgent + gateway.behind.bulk;
  const forgotten = gateway.forgottenEntries.urgent + gateway.forgottenEntries.bulk;
  return (
    <Panel title="Gateway" actions={<GatewayState gateway={gateway} />}>
      <ClockNotice gateway={gateway} />
      <Facts
        facts={[
          ["Name", gateway.name],
          [
            gateway.connected ? "Connected" : "Last seen",
            gateway.connected && gateway.connectedAt !== null ? (
              <>
                <Ago at={gateway.connectedAt} /> <BothTimes at={gateway.connectedAt} timeZone={timeZone} />
              </>
            ) : gateway.lastSeenAt === null ? (
              "Never"
            ) : (
              <>
                <Ago at={gateway.lastSeenAt} /> <BothTimes at={gateway.lastSeenAt} timeZone={timeZone} />
              </>
            ),
          ],
          ["Behind", behind === 0 ? inStep(gateway) : counted(behind, "entry", "entries")],
          [
            "Gone",
            forgotten === 0 ? null : (
              <span title={ENGLISH.gateways.forgottenAdvice}>
                {counted(forgotten, "entry", "entries")}, by a restored cloud
              </span>
            ),
          ],
          ["Version", gateway.version],
        ]}
      />
    </Panel>
  );
}

/** What a gateway that is away has gathered since, nobody knows. */
const inStep = ({ connected }: Gateway) => (connected ? "Nothing, in step" : "Not known");

function NoDevices({ site }: { site: Site }) {
  if (site.gateway === null) {
    return (
      <Empty
        icon="router"
        title="This site needs a gateway"
        text="The gateway is one program at the site. It collects what the devices say and brings it here. Make a claim code and it enrols itself."
      >
        <Allowed to="gateway:claim">
          <a class="button primary" href={`/gateways/add?site=${site.id}`}>
            Add gateway
          </a>
        </Allowed>
      </Empty>
    );
  }
  return (
    <Empty
      icon="cpu"
      title="No devices yet"
      text="A device appears here as soon as the gateway knows it. On the gateway, make its MQTT credentials; the password is shown once."
    >
      <Command text="homepot-edge device add till-1" name="the command that adds a device" />
      <p>Then let it publish, or try it by hand:</p>
      <Command
        text={`mosquitto_pub -u till-1 -P PASSWORD -q 1 \\\n  -t homepot/till-1/telemetry -m '{"temperature":21.4}'`}
        name="the command that publishes a reading"
      />
    </Empty>
  );
}

function AddGateway({ site }: { site: Site }) {
  return (
    <Panel title="Gateway">
      <p class="muted">No gateway is enrolled for this site.</p>
      <p>
        <Allowed to="gateway:claim">
          <a class="button" href={`/gateways/add?site=${site.id}`}>
            Add gateway
          </a>
        </Allowed>
      </p>
    </Panel>
  );
}

function DeleteSite({ site }: { site: Site }) {
  const out = [
    ...(site.devices.total === 0 ? [] : [counted(site.devices.total, "device")]),
    ...(site.gateway === null ? [] : ["its gateway"]),
  ];
  return (
    <Confirm
      id="delete-site"
      label="Delete"
      question={`Delete ${site.name}?`}
      consequence={
        out.length === 0
          ? "It goes out of every list and can be restored."
          : `It goes out of every list with ${out.join(" and ")}. The devices keep working at the site, and the gateway keeps what they say. All of it comes back when the site is restored.`
      }
      action={`/sites/${site.id}/remove`}
      verb="Delete site"
    />
  );
}
