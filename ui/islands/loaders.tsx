import type { FunctionComponent, VNode } from "preact";
import { ConnectionIndicator } from "./connection.tsx";
import { DeviceConnectivity, DeviceHealth, DeviceTitle, SiteTitle } from "./device-states.tsx";
import { InboxCount } from "./inbox-count.tsx";
import { LastSeen } from "./last-seen.tsx";
import type { IslandName } from "./names.ts";

/** Renders an island from the props of its attribute. */
export type Renderer = (props: unknown) => VNode;

/** Where the browser finds the code of each island. What is heavy is fetched only by pages that have it. */
export const LOADERS: Record<IslandName, () => Renderer | Promise<Renderer>> = {
  connection: () => rendererOf(ConnectionIndicator),
  "device-connectivity": () => rendererOf(DeviceConnectivity),
  "device-health": () => rendererOf(DeviceHealth),
  "device-last-seen": () => rendererOf(LastSeen),
  "device-title": () => rendererOf(DeviceTitle),
  "inbox-count": () => rendererOf(InboxCount),
  "job-log": async () => rendererOf((await import("./jobs/job-log.tsx")).JobLog),
  "job-rollout": async () => rendererOf((await import("./jobs/job-rollout.tsx")).JobRollout),
  "sample-chart": async () => rendererOf((await import("./telemetry/telemetry.tsx")).SampleChart),
  "site-title": () => rendererOf(SiteTitle),
  "telemetry-first": async () => rendererOf((await import("./telemetry/first-telemetry.tsx")).FirstTelemetry),
  telemetry: async () => rendererOf((await import("./telemetry/telemetry.tsx")).Telemetry),
};

/** The props were written by our own server for this very component, so they are taken at their word. */
function rendererOf<Props extends object>(Component: FunctionComponent<Props>): Renderer {
  return (props) => <Component {...(props as Props)} />;
}
