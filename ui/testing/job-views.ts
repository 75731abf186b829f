import type { JobState } from "../../protocol/jobs/job-machine.ts";
import { isFailure } from "../../protocol/jobs/job-machine.ts";
import {
  deviceJobsPage,
  executionPage,
  jobFormPage,
  jobKindPage,
  jobListPage,
  jobPage,
  jobQueuePage,
  type LocalView,
} from "../ui.ts";
import type { Estate } from "./fixtures.ts";
import { makeFound } from "./found-fixture.ts";
import { FIFTH, makeExecutions, makeJob, makeLogs, makeRun, makeRuns } from "./job-fixture.ts";

/** What made-up jobs show besides the made-up estate. */
export const JOB_DATA = {
  names: ["Payment config", "Night ping", "Ann", "downloading", "Firmware 2.4"],
  lines: [FIFTH, "downloaded 12 KiB", "checked the signature", "the service takes long to restart"],
  reasons: ["6 of 10 failed"],
  runs: ["Tue, 24 Nov 2026, 04:30", "Europe/London", "UTC"],
};

const FOUR_OF_FIVE: JobState[] = ["succeeded", "succeeded", "succeeded", "verified", "failed"];
const UNDER_WAY: JobState[] = ["succeeded", "delivered", "running", "queued", "queued"];

/** The pages about jobs. */
export function jobViews(estate: Estate): Record<string, LocalView> {
  const all = (states: JobState[]) => makeJob(estate, makeRun(states));
  const query = { limit: 50 };
  const [site] = estate.sites;
  const tags = makeFound([{ id: "bar", name: "bar" }], { total: 1 });
  const types = makeFound([{ id: "kiosk", name: "kiosk" }], { total: 1 });
  const finds = {
    devices: makeFound(estate.devices),
    sites: makeFound(estate.sites),
    gateways: null,
    types,
    tags,
  };
  const cron = { kind: "cron", cron: "30 4 * * *", timeZone: "Europe/London" } as const;
  const nightly = makeJob(estate, null, {
    ...{ id: "01900000-0000-7000-8000-00000000a002", name: "Night ping", kind: "ping" },
    ...{ arguments: {}, timing: cron, status: "scheduled", nextRunAt: "2026-11-24T04:30:00.000Z" },
    ...{ place: "site", window: { from: "22:00", to: "05:00" }, targets: { tags: ["bar"], filter: {} } },
  });
  const firmware = makeJob(
    estate,
    makeRun(["failed", "expired"], { state: "stopped", reason: "6 of 10 failed" }),
    {
      ...{ id: "01900000-0000-7000-8000-00000000a003", name: "Firmware 2.4", createdBy: null },
      rollout: { kind: "canary", first: 1, growth: 2, stopAt: { failureRate: 0.2, after: 1 } },
      ...{
        retries: { max: 2, firstMs: 10_000, maxMs: 600_000 },
        timing: { kind: "at", at: estate.sites[0]!.createdAt },
      },
    },
  );
  const upcoming = {
    timeZone: "Europe/London",
    runs: [{ at: "2026-11-24T04:30:00.000Z", local: "2026-11-24 04:30" }],
  };
  const list = (jobs: (typeof nightly)[], nextCursor: string | null = null) => ({
    ...{ jobs: { items: jobs, nextCursor, total: jobs.length }, after: 0 },
    ...{ sites: estate.sites, deviceName: null },
  });
  const detail = (job: ReturnType<typeof all>, states: JobState[], line = "") => {
    const executions = makeExecutions(estate, job, states);
    return jobPage({
      ...{ job, run: job.run, state: null, after: 0, line },
      executions: { items: executions, nextCursor: null, total: executions.length },
      segments: executions.map(({ id, target, state, percent }) => ({
        id,
        name: target.name,
        state,
        percent,
      })),
      failures: executions.filter(({ state }) => isFailure(state)),
      runs: makeRuns(job.run === null ? [] : [job.run, { ...job.run, slot: "2026-11-22T13:40:00.000Z" }]),
      logs: states.length === 0 ? { items: [], after: 0, more: false } : makeLogs(executions),
    });
  };
  const failed = all(FOUR_OF_FIVE);
  const [, , running, , fifth] = makeExecutions(estate, failed, [
    "succeeded",
    "queued",
    "running",
    "queued",
    "failed",
  ]);
  const steps = [
    { from: null, to: "queued", at: "2026-11-23T13:40:00.000Z", by: "Ann", reason: null },
    { from: "queued", to: "delivered", at: "2026-11-23T13:40:01.000Z", by: "gateway", reason: null },
    { from: "running", to: "failed", at: "2026-11-23T13:41:12.000Z", by: "cloud", reason: FIFTH },
  ] as const;
  const transitions = steps.map((step) => ({ ...step, heardAt: step.at }));
  return {
    jobs: jobListPage({ ...list([all(UNDER_WAY), failed, nightly, firmware], "next"), query }),
    "job kinds": jobKindPage({
      hasGateways: true,
      targets: { devices: "1", sites: "", gateways: "", filter: "" },
    }),
    "job form": jobFormPage({
      ...{
        kind: "device.command",
        sites: estate.sites,
        finds: { ...finds, devices: makeFound(estate.devices, { others: "1,2" }) },
        releases: [],
        firmware: [],
        errors: [],
        problem: null,
      },
      ...{ zone: "Europe/London", upcoming },
      values: {
        ...{ "targets.devices": "1,2", "timing.kind": "cron", "repeat.kind": "weekdays" },
        ...{ "repeat.time": "04:30", "retries.max": "2" },
      },
      preview: {
        ...{ place: "cloud", targets: 12, gateways: 1, ...upcoming },
        some: [{ id: "1", name: "Till 1", siteName: estate.sites[0]!.name, provenance: "simulated" }],
      },
    }),
    "job form, firmware": jobFormPage({
      ...{ kind: "firmware.transfer", values: {}, preview: null, upcoming },
      ...{
        sites: estate.sites,
        finds: { ...finds, sites: makeFound([], { q: "zzz", total: 0 }) },
        zone: "Europe/London",
        errors: [],
        problem: null,
      },
      ...{ firmware: [], releases: [] },
    }),
    "job form, gateways": jobFormPage({
      ...{ kind: "ping", values: { "targets.gateways": estate.gateways[0]!.id }, preview: null, upcoming },
      ...{
        releases: [],
        sites: estate.sites,
        finds: { ...finds, gateways: makeFound(estate.gateways) },
        firmware: [],
        zone: "Europe/London",
        errors: [],
        problem: null,
      },
    }),
    "job form, update of gateways": jobFormPage({
      ...{
        kind: "gateway.update",
        sites: estate.sites,
        finds: { ...finds, devices: null, gateways: makeFound(estate.gateways) },
        zone: "Europe/London",
      },
      ...{ errors: [], problem: null, preview: null, upcoming: null, firmware: [] },
      releases: [{ version: "0.1.0+1a2b3c4d5e", sequence: 1_790_000_000 }],
      values: {
        ...{ "targets.gateways": estate.gateways[0]!.id, "arguments.sequence": "1790000000" },
        ...{ "rollout.kind": "canary", "rollout.first": "1", "rollout.stopAt.failureRate": "0" },
      },
    }),
    "job form, refused": jobFormPage({
      ...{
        kind: "script.run",
        values: {},
        sites: [],
        finds: { devices: null, sites: makeFound([], { total: 0 }), gateways: null, types: null, tags: null },
        zone: "Europe/London",
      },
      ...{ firmware: [], releases: [] },
      ...{ preview: null, upcoming: null, problem: null },
      errors: [{ path: "arguments.script", message: "6 of 10 failed" }],
    }),
    "jobs of a device": deviceJobsPage({
      device: estate.devices[0]!,
      jobs: { items: [failed], nextCursor: "next", total: 3 },
    }),
    "jobs of a device, none": deviceJobsPage({
      device: estate.devices[0]!,
      jobs: { items: [], nextCursor: null, total: 0 },
    }),
    "job queue": jobQueuePage({
      jobs: { items: [all(UNDER_WAY), nightly, firmware], nextCursor: null, total: 5 },
    }),
    "job queue, empty": jobQueuePage({ jobs: { items: [], nextCursor: null, total: 0 } }),
    "jobs, none": jobListPage({ ...list([]), query }),
    "jobs, filtered": jobListPage({
      ...list([failed]),
      query: {
        ...query,
        q: "acme",
        status: "finished",
        kind: "device.command",
        site: site!.id,
        failed: "true",
      },
    }),
    "jobs, no match": jobListPage({ ...list([]), query: { ...query, device: "gone" } }),
    job: detail(failed, FOUR_OF_FIVE),
    "job, under way": detail(all(UNDER_WAY), UNDER_WAY),
    "job, scheduled": detail(nightly, []),
    "job, stopped": detail(firmware, ["failed", "expired"], "zzz"),
    execution: executionPage({
      job: failed,
      execution: { ...fifth!, transitions },
      logs: makeLogs([fifth!]),
      line: "",
    }),
    "execution, running": executionPage({
      job: failed,
      execution: { ...running!, attempt: 2, gatewayConnected: false, transitions },
      logs: { items: [], after: 0, more: false },
      line: "",
    }),
  };
}
