import type { DeviceDetail, LatestValue } from "../../protocol/devices/device.ts";
import type { Mark as DeviceMark } from "../../protocol/devices/mark.ts";
import type { Series } from "../../protocol/telemetry/series.ts";
import { CHART_POINTS, FIRST_RANGE, summarize } from "../charts/charts.ts";
import { Facts } from "../components/facts.tsx";
import { LiveRegion } from "../components/live-region.tsx";
import { Mark } from "../components/mark.tsx";
import { Ago, BothTimes, Lasting } from "../components/moment.tsx";
import { Panel } from "../components/panel.tsx";
import { SimulatedBadge } from "../components/state.tsx";
import { Island } from "../islands/island.tsx";
import { LastSeenIsland } from "../islands/last-seen.tsx";
import { FirstTelemetry } from "../islands/telemetry/first-telemetry.tsx";
import { firstChoice } from "../islands/telemetry/latest.ts";
import { type FirstCourse, Telemetry } from "../islands/telemetry/telemetry.tsx";
import { useMay } from "../layout/allowed.tsx";
import type { LocalView } from "../layout/frame.ts";
import { PageLink } from "../layout/page-link.tsx";
import { clockSpan } from "../words/clock-words.ts";
import { useWords } from "../words/use-words.ts";
import {
  deviceSentence,
  formatValue,
  healthState,
  isReachable,
  metricName,
  typeLabel,
} from "../words/words.ts";
import { DeviceHead } from "./device-head.tsx";
import { chartMarks } from "./device-marks.ts";

/** Attributes that have a place of their own on the page. */
const PLACED = new Set(["model", "firmware", "serial", "type", "name", "simulated"]);

interface DevicePageProps {
  device: DeviceDetail;
  /** Of its site; null when that is not known any more. */
  timeZone: string | null;
  /** What is kept of its {@link firstChart}; null when it has none, or may not be seen. */
  series: Series | null;
  /** What was done to it within the longest span of its charts, newest first. */
  marks: DeviceMark[];
}

/** The series that the chart of a device with these values begins with; null when none of them can be drawn. */
export function firstChart(
  values: readonly LatestValue[],
): { metric: string; spanMs: number; points: number } | null {
  const chosen = firstChoice(values);
  if (chosen === undefined) return null;
  return { metric: chosen.metric, spanMs: FIRST_RANGE.spanMs, points: CHART_POINTS };
}

export function devicePage({ device, timeZone, series, marks }: DevicePageProps): LocalView {
  return (words) => ({
    title: deviceSentence(words, device.name, device, device.gatewayConnected),
    section: "devices",
    crumbs: [
      { label: words.frame.sections.sites, href: "/sites" },
      { label: device.siteName, href: `/sites/${device.siteId}` },
      { label: device.name },
    ],
    body: (
      <LiveRegion id="device">
        <DeviceHead device={device} tab="overview" />
        <Reasons device={device} timeZone={timeZone} />
        <div class="split">
          <div class="stack">
            <ItsTimes device={device} />
            <Measured device={device} series={series} marks={marks} />
          </div>
          <div class="stack">
            <DeviceFacts device={device} timeZone={timeZone} />
          </div>
        </div>
      </LiveRegion>
    ),
  });
}

/** How long ago, and when that was on both clocks where they differ. */
function Since({ at, timeZone }: { at: string; timeZone: string | null }) {
  return (
    <>
      <Ago at={at} /> <BothTimes at={at} timeZone={timeZone} />
    </>
  );
}

/** Whose times the charts have, where those of the device are wrong: it is said where they are looked at. */
function ItsTimes({ device: { clockAheadMs, latest } }: Pick<DevicePageProps, "device">) {
  const words = useWords();
  const span = clockSpan(words, clockAheadMs);
  if (clockAheadMs === null || span === null || latest.length === 0) return null;
  const { ownTimesAhead, ownTimesBehind } = words.devices;
  return (
    <div class="notice warning tone-warning">
      <Mark shape="half" />
      <p>{clockAheadMs > 0 ? ownTimesAhead(span) : ownTimesBehind(span)}</p>
    </div>
  );
}

function Measured({ device, series, marks: done }: Omit<DevicePageProps, "timeZone">) {
  const words = useWords();
  const history = useMay()("telemetry:read");
  const { id: deviceId, key: deviceKey, latest: values } = device;
  const aheadMs = device.clockAheadMs ?? 0;
  const marks = chartMarks(words, deviceId, done);
  return values.length === 0 ? (
    <Island
      name="telemetry-first"
      of={FirstTelemetry}
      props={{ deviceId, deviceKey, values, history, marks, aheadMs }}
    />
  ) : (
    <Island
      name="telemetry"
      of={Telemetry}
      props={{ deviceId, values, history, course: courseOf(series), marks, aheadMs }}
    />
  );
}

/** So that the chart is told before its code and its points are here. */
function courseOf(series: Series | null): FirstCourse | null {
  const summary = series === null ? null : summarize(series.points);
  return series === null || summary === null ? null : { metric: series.metric, summary };
}

/** Why its health is what it is, and why it is away: the first thing to read on a device in trouble. */
function Reasons({ device, timeZone }: Pick<DevicePageProps, "device" | "timeZone">) {
  const words = useWords();
  const { devices } = words;
  const troubled = device.health === "error" || device.health === "warning";
  const away = device.connectivity === "offline" || device.connectivity === "late";
  const { gatewayLastSeenAt } = device;
  const forlorn = !isReachable(device);
  if (!troubled && !away && !forlorn) return null;
  const health = healthState(words, device.health);
  return (
    <div class="reasons">
      {forlorn ? (
        <div class="notice offline tone-offline">
          <Mark shape="ring" />
          <div>
            <p>
              {gatewayLastSeenAt === null
                ? devices.gatewayAway
                : devices.gatewayAwaySince(<Since at={gatewayLastSeenAt} timeZone={timeZone} />)}
            </p>
            <p>{devices.saidBefore}</p>
          </div>
        </div>
      ) : null}
      {troubled
        ? device.healthReasons.map((reason) => (
            <div key={reason} class={`notice ${health.tone} tone-${health.tone}`}>
              <Mark shape={health.shape} />
              <p>{words.reasons.health(reason)}</p>
            </div>
          ))
        : null}
      {away ? (
        <div class="notice offline tone-offline">
          <Mark shape="ring" />
          <div>
            <p>
              {device.connectivitySince === null
                ? words.states.connectivity[device.connectivity]
                : devices.lasting(
                    words.states.connectivity[device.connectivity],
                    <Lasting since={device.connectivitySince} />,
                  )}
              {device.connectivityReason === null
                ? ""
                : devices.because(words.reasons.connection(device.connectivityReason))}{" "}
              {device.connectivitySince === null ? null : (
                <BothTimes at={device.connectivitySince} timeZone={timeZone} />
              )}
            </p>
            <p>{devices.lastSaid}</p>
          </div>
        </div>
      ) : null}
    </div>
  );
}

function DeviceFacts({ device, timeZone }: Pick<DevicePageProps, "device" | "timeZone">) {
  const words = useWords();
  const { devices } = words;
  const others = Object.entries(device.attributes).filter(([name]) => !PLACED.has(name));
  const noted = Object.entries(device.customAttributes);
  return (
    <>
      <Panel title={devices.about}>
        <Facts
          facts={[
            [devices.type, typeLabel(words, device.type)],
            [devices.model, device.model],
            [devices.firmware, device.firmware],
            [devices.serial, device.serial === null ? null : <span class="mono">{device.serial}</span>],
            [devices.key, <span class="mono">{device.key}</span>],
            [
              devices.site,
              <PageLink class="link" href={`/sites/${device.siteId}`}>
                {device.siteName}
              </PageLink>,
            ],
            [devices.lastSeen, <LastSeenIsland device={device} />],
            [devices.registered, <Since at={device.createdAt} timeZone={timeZone} />],
            [devices.lifecycle, devices.lifecycles[device.lifecycle]],
            [devices.provenance, device.provenance === "simulated" ? <SimulatedBadge /> : null],
          ]}
        />
      </Panel>
      {noted.length === 0 ? null : (
        <Panel title={devices.noted}>
          <Facts facts={noted} />
        </Panel>
      )}
      {others.length === 0 ? null : (
        <Panel title={devices.saysOfItself}>
          <Facts
            facts={others.map(([name, value]) => [
              metricName(words, name),
              value === null ? null : formatValue(words, value as string | number | boolean),
            ])}
          />
        </Panel>
      )}
    </>
  );
}
