import type { DeviceDetail } from "../../protocol/devices/device.ts";
import { Facts } from "../components/facts.tsx";
import { LiveRegion } from "../components/live-region.tsx";
import { Mark } from "../components/mark.tsx";
import { Ago } from "../components/moment.tsx";
import { Panel } from "../components/panel.tsx";
import { SimulatedBadge } from "../components/state.tsx";
import { Island } from "../islands/island.tsx";
import { LastSeenIsland } from "../islands/last-seen.tsx";
import { Telemetry } from "../islands/telemetry/telemetry.tsx";
import type { View } from "../layout/frame.ts";
import {
  capital,
  deviceSentence,
  formatValue,
  HEALTH_WORDS,
  isReachable,
  metricName,
  typeLabel,
} from "../words/words.ts";
import { DeviceHead } from "./device-head.tsx";

/** Attributes that have a place of their own on the page. */
const PLACED = new Set(["model", "firmware", "serial", "type", "name", "simulated"]);

export function devicePage({ device }: { device: DeviceDetail }): View {
  return {
    title: deviceSentence(device.name, device, device.gatewayConnected),
    section: "devices",
    crumbs: [
      { label: "Sites", href: "/sites" },
      { label: device.siteName, href: `/sites/${device.siteId}` },
      { label: device.name },
    ],
    body: (
      <LiveRegion id="device">
        <DeviceHead device={device} tab="overview" />
        <Reasons device={device} />
        <div class="split">
          <div class="stack">
            <Island
              name="telemetry"
              of={Telemetry}
              props={{ deviceId: device.id, deviceKey: device.key, values: device.latest }}
            />
          </div>
          <div class="stack">
            <DeviceFacts device={device} />
          </div>
        </div>
      </LiveRegion>
    ),
  };
}

/** Why its health is what it is, and why it is away: the first thing to read on a device in trouble. */
function Reasons({ device }: { device: DeviceDetail }) {
  const troubled = device.health === "error" || device.health === "warning";
  const away = device.connectivity === "offline" || device.connectivity === "late";
  const { gatewayLastSeenAt } = device;
  const forlorn = !isReachable(device);
  if (!troubled && !away && !forlorn) return null;
  const health = HEALTH_WORDS[device.health];
  return (
    <div class="reasons">
      {forlorn ? (
        <div class="notice offline tone-offline">
          <Mark shape="ring" />
          <div>
            <p>
              Its gateway is not connected
              {gatewayLastSeenAt === null ? null : (
                <>
                  {" "}
                  and was last heard <Ago at={gatewayLastSeenAt} />
                </>
              )}
            </p>
            <p>What is shown here was said before. What is measured meanwhile arrives when it is back.</p>
          </div>
        </div>
      ) : null}
      {troubled
        ? device.healthReasons.map((reason) => (
            <div key={reason} class={`notice ${health.tone} tone-${health.tone}`}>
              <Mark shape={health.shape} />
              <p>{reason}</p>
            </div>
          ))
        : null}
      {away ? (
        <div class="notice offline tone-offline">
          <Mark shape="ring" />
          <div>
            <p>
              {capital(device.connectivity)}
              {device.connectivitySince === null ? null : (
                <>
                  {" "}
                  since <Ago at={device.connectivitySince} />
                </>
              )}
              {device.connectivityReason === null ? "" : `: ${device.connectivityReason}`}
            </p>
            <p>
              What is shown below is the last it said. What it measures meanwhile arrives when it is back.
            </p>
          </div>
        </div>
      ) : null}
    </div>
  );
}

function DeviceFacts({ device }: { device: DeviceDetail }) {
  const others = Object.entries(device.attributes).filter(([name]) => !PLACED.has(name));
  const noted = Object.entries(device.customAttributes);
  return (
    <>
      <Panel title="About">
        <Facts
          facts={[
            ["Type", typeLabel(device.type)],
            ["Model", device.model],
            ["Firmware", device.firmware],
            ["Serial", device.serial === null ? null : <span class="mono">{device.serial}</span>],
            ["Key", <span class="mono">{device.key}</span>],
            [
              "Site",
              <a class="link" href={`/sites/${device.siteId}`}>
                {device.siteName}
              </a>,
            ],
            ["Last seen", <LastSeenIsland device={device} />],
            ["Registered", <Ago at={device.createdAt} />],
            ["Lifecycle", capital(device.lifecycle)],
            ["Provenance", device.provenance === "simulated" ? <SimulatedBadge /> : null],
          ]}
        />
      </Panel>
      {noted.length === 0 ? null : (
        <Panel title="Noted">
          <Facts facts={noted} />
        </Panel>
      )}
      {others.length === 0 ? null : (
        <Panel title="What it says about itself">
          <Facts
            facts={others.map(([name, value]) => [
              metricName(name),
              value === null ? null : formatValue(value as string | number | boolean),
            ])}
          />
        </Panel>
      )}
    </>
  );
}
