import { type Activity, HAPPENING_KINDS } from "../../../protocol/activity/activity.ts";
import { toTimestamp } from "../../../protocol/api/list.ts";
import { CONNECTIVITIES, type Device, HEALTHS } from "../../../protocol/devices/device.ts";
import type { Gateway } from "../../../protocol/gateways/gateway.ts";
import { JOB_STATES, type JobState } from "../../../protocol/jobs/job-machine.ts";
import type { DeviceCounts } from "../../../protocol/sites/site.ts";
import type { SeriesPoint } from "../../../protocol/telemetry/series.ts";
import { HOUR, MINUTE, SECOND } from "../../../protocol/units.ts";
import type { ChartMark } from "../../charts/charts.ts";
import type { Words } from "../../words/catalogues.ts";
import { chartMarks } from "../device-marks.ts";

/** Records to show components with. Whatever reads as a name comes from the catalogue, so that each language has its own. */

const ID = "01990b8e-7c1a-7000-8000-000000000001";

/** One device of each state, named by its state; the last is simulated and has a name of more letters than there is room. */
export function madeUpDevices({ states, design }: Words, nowMs: number): Device[] {
  const device = (name: string, changes: Partial<Device>): Device => ({
    ...{ id: ID, key: name, name, type: "payment-terminal", siteId: ID, siteName: design.samples.site },
    ...{ gatewayId: ID, provenance: "real", lifecycle: "active", connectivity: "online" },
    ...{ connectivitySince: toTimestamp(nowMs - HOUR), connectivityReason: null, gatewayConnected: true },
    ...{ health: "healthy", healthReasons: [], lastSeenAt: toTimestamp(nowMs - 4 * SECOND) },
    ...{ model: null, firmware: null, serial: null, attributes: {}, tags: [], customAttributes: {} },
    ...{ retiredAt: null, deletedAt: null, createdAt: toTimestamp(nowMs), updatedAt: toTimestamp(nowMs) },
    ...changes,
  });
  const agoMs = { online: 4 * SECOND, late: 4 * MINUTE, offline: 3 * HOUR, never: 0 };
  return [
    ...CONNECTIVITIES.map((connectivity) =>
      device(states.connectivity[connectivity], {
        id: `${ID}-${connectivity}`,
        connectivity,
        health: connectivity === "never" ? "unknown" : "healthy",
        lastSeenAt: connectivity === "never" ? null : toTimestamp(nowMs - agoMs[connectivity]),
        connectivityReason: ["late", "offline"].includes(connectivity) ? design.samples.reason : null,
      }),
    ),
    ...HEALTHS.filter((health) => health !== "healthy").map((health) =>
      device(states.health[health], {
        ...{ id: `${ID}-${health}`, type: "thermostat", health },
        healthReasons: health === "unknown" ? [] : [design.samples.reason],
      }),
    ),
    device(design.samples.long, {
      ...{ id: `${ID}-long`, type: "kiosk", provenance: "simulated", gatewayConnected: false },
      tags: [design.samples.tag],
    }),
  ];
}

/** What was done to a device today: two executions, of which the later failed, and a change of its configuration. */
export function madeUpMarks(words: Words, nowMs: number): ChartMark[] {
  const job = (id: string, state: JobState) => ({
    id,
    name: words.design.samples.verb,
    execution: id,
    state,
  });
  return chartMarks(words, ID, [
    { at: toTimestamp(nowMs - 3 * HOUR), job: job("b", "failed"), layer: null },
    { at: toTimestamp(nowMs - 9 * HOUR), job: null, layer: { level: "device", version: 3 } },
    { at: toTimestamp(nowMs - 17 * HOUR), job: job("a", "succeeded"), layer: null },
  ]);
}

/** Connected, away, never connected, revoked. */
export function madeUpGateways({ design }: Words, nowMs: number): Gateway[] {
  const gateway = (id: string, changes: Partial<Gateway>): Gateway => ({
    ...{ id, siteId: ID, siteName: design.samples.site, name: design.samples.site, connected: false },
    ...{ connectedAt: toTimestamp(nowMs - HOUR), lastSeenAt: toTimestamp(nowMs), version: null },
    ...{
      protocol: 1,
      update: null,
      clockSkewMs: 4 * MINUTE,
      behind: { urgent: 0, bulk: 0 },
      unknownEntries: 0,
      clonedAt: null,
    },
    ...{ forgottenEntries: { urgent: 0, bulk: 0 }, revoked: false, createdAt: toTimestamp(nowMs) },
    ...{ keySince: toTimestamp(nowMs), keyRotation: null },
    ...changes,
  });
  return [
    gateway("connected", { connected: true }),
    gateway("away", {}),
    gateway("never", { connectedAt: null }),
    gateway("revoked", { revoked: true }),
  ];
}

/** One with the newest version, one with an older one, and one in each state of an update to 1.1.0. */
export function madeUpVersions(gateway: Gateway): Gateway[] {
  const update = (state: JobState, percent: number | null) => ({
    ...gateway,
    version: "1.0.3",
    update: {
      ...{ jobId: ID, executionId: ID, state, since: gateway.createdAt },
      ...{ percent, message: null, reason: null },
    },
  });
  return [
    { ...gateway, version: "1.1.0" },
    { ...gateway, version: "1.0.3" },
    update("queued", null),
    update("running", 40),
    update("failed", null),
  ];
}

export function madeUpCounts(changes: Partial<DeviceCounts> = {}): DeviceCounts {
  return {
    ...{ total: 20, simulated: 0 },
    connectivity: { online: 16, late: 1, offline: 2, never: 1 },
    health: { healthy: 15, warning: 3, error: 1, maintenance: 0, unknown: 1 },
    ...changes,
  };
}

export function madeUpActivity({ design }: Words, nowMs: number): Activity[] {
  const { site, person } = design.samples;
  const items: Omit<Activity, "at">[] = [
    ...HAPPENING_KINDS.map((kind, index) => ({
      ...{ kind, count: index + 1, site: { id: ID, name: site }, deed: null },
      device: index === 0 ? { id: ID, name: design.samples.device, provenance: "simulated" as const } : null,
    })),
    {
      ...{ kind: "deed" as const, count: 1, site: null, device: null },
      deed: {
        actor: person,
        action: "site.update",
        target: { kind: "site", id: ID, name: site, provenance: "real" },
      },
    },
  ];
  return items.map((item, index) => ({ ...item, at: toTimestamp(nowMs - index * 7 * MINUTE) }));
}

/** A day of something warm, with an hour missing. */
export function madeUpSeries(nowMs: number): SeriesPoint[] {
  return Array.from({ length: 96 }, (_, index): SeriesPoint => {
    const mean = 4 + 1.4 * Math.sin(index / 9) + 0.4 * Math.sin(index * 1.7);
    return [nowMs - (96 - index) * 15 * MINUTE, mean - 0.5, mean, mean + 0.6, 90];
  }).filter((_, index) => index < 40 || index > 44);
}

/** A rollout with a target in every state. */
export function madeUpRollout({ jobs, design }: Words) {
  const segments = JOB_STATES.toReversed().map((state) => ({
    ...{ id: state, name: design.samples.device, state },
    percent: state === "running" ? 60 : null,
  }));
  const counts = Object.fromEntries(JOB_STATES.map((state) => [state, 1]));
  return { segments, counts, total: segments.length, label: jobs.rollout, words: jobs.states };
}
