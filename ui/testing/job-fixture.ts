import type { Job, JobCounts, JobRun, JobRuns } from "../../protocol/jobs/job.ts";
import type { JobExecution, JobLogs } from "../../protocol/jobs/job-execution.ts";
import { hasEnded, JOB_STATES, type JobState } from "../../protocol/jobs/job-machine.ts";
import type { Estate } from "./fixtures.ts";

const AT = "2026-11-23T13:40:00.000Z";
const LATER = "2026-11-23T13:41:12.000Z";
const SLOT = AT;

/** The reason of the fifth terminal of the reference scenario. */
export const FIFTH = "The payment gateway rejected the certificate of the terminal.";

export function countsOf(states: readonly JobState[]): JobCounts {
  return Object.fromEntries(
    JOB_STATES.map((state) => [state, states.filter((one) => one === state).length]),
  ) as JobCounts;
}

export function makeRun(states: readonly JobState[], more: Partial<JobRun> = {}): JobRun {
  return {
    ...{ slot: SLOT, state: states.every(hasEnded) ? "finished" : "running", reason: null },
    ...{ total: states.length, released: states.length, counts: countsOf(states) },
    ...{ startedAt: AT, endedAt: null },
    ...more,
  };
}

/** The rollout of a payment configuration to the terminals of a site. */
export function makeJob(estate: Estate, run: JobRun | null, more: Partial<Job> = {}): Job {
  return {
    ...{ id: "01900000-0000-7000-8000-00000000a001", name: "Payment config", kind: "device.command" },
    arguments: { command: "update-payment-config", args: { version: "2026-11" } },
    targets: { sites: [estate.sites[0]!.id] },
    ...{ timing: { kind: "now" }, window: null, rollout: { kind: "batches", size: 2 }, place: "cloud" },
    ...{ timeoutMs: 300_000, retries: { max: 0, firstMs: 10_000, maxMs: 600_000 }, priority: 5 },
    ...{ missed: "once", overlap: "skip", expiresAfterMs: 604_800_000 },
    ...{ status: run?.state ?? "scheduled", nextRunAt: null, run },
    ...{ createdAt: AT, createdBy: { id: "u1", name: "Ann" }, updatedAt: AT },
    ...more,
  };
}

export function makeExecutions(estate: Estate, job: Job, states: readonly JobState[]): JobExecution[] {
  const [site] = estate.sites;
  return states.map((state, index): JobExecution => {
    const device = estate.devices[index]!;
    const number = String(index + 1).padStart(12, "0");
    return {
      ...{ id: `01900000-0000-7000-8000-${number}`, jobId: job.id, jobName: job.name, kind: job.kind },
      ...{ slot: SLOT, round: 1, siteId: site!.id, siteName: site!.name, gatewayId: site!.id },
      target: {
        ...{ kind: "device", id: device.id, name: device.name },
        provenance: index === 0 ? "simulated" : "real",
      },
      ...{ gatewayConnected: index !== 1, state, since: LATER, heardAt: LATER, attempt: index === 2 ? 2 : 1 },
      percent: state === "running" ? 40 : null,
      message: state === "running" ? "downloading" : null,
      reason: state === "failed" ? FIFTH : null,
      output: state === "succeeded" ? { version: "2026-11" } : null,
      ...{ sentAt: AT, cancelRequestedAt: null, expiresAt: "2026-11-30T13:40:00.000Z", createdAt: AT },
      retriedBy: null,
    };
  });
}

export function makeLogs(executions: readonly JobExecution[]): JobLogs {
  const lines = [
    ["info", "downloaded 12 KiB"],
    ["debug", "checked the signature"],
    ["warning", "the service takes long to restart"],
    ["error", FIFTH],
  ] as const;
  const items = lines.map(([level, message], index) => {
    const { id, target } = executions[index % executions.length]!;
    return { number: index + 1, executionId: id, targetName: target.name, at: LATER, level, message };
  });
  return { items, after: 4, more: false };
}

export const makeRuns = (runs: JobRun[]): JobRuns => ({
  ...{ items: runs, nextCursor: null, total: runs.length, skipped: [] },
});
