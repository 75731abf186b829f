import type { Job } from "../../../protocol/jobs/job.ts";
import type { JobExecution } from "../../../protocol/jobs/job-execution.ts";
import type { JobState } from "../../../protocol/jobs/job-machine.ts";
import { type DownlogEvent, type JobEvent, readDownlogEvent } from "../../../protocol/log/kinds.ts";
import { addEstate, type Estate } from "../../testing/estate.ts";
import { startCloud, type TestCloud } from "../../testing/start-cloud.ts";

/** A cloud with a site of three devices, and a gateway whose words the test says. */
export interface JobRig extends AsyncDisposable {
  cloud: TestCloud;
  estate: Estate;
  /** A command for all devices of the site, with more fields. */
  restart(more?: object): object;
  make(json: object): Promise<Job>;
  read(id: string): Promise<Job>;
  post(path: string): Promise<{ status: number; body: Job }>;
  executions(id: string, query?: string): Promise<JobExecution[]>;
  /** What the gateway was sent, in order. */
  sent(): Promise<DownlogEvent[]>;
  /** What the hub does with entries of the estate's gateway. */
  hear(...events: JobEvent[]): Promise<void>;
  state(execution: string, to: JobState, more?: object): JobEvent;
  say(id: string, ...states: JobState[]): Promise<void>;
}

export async function startJobs(): Promise<JobRig> {
  const cloud = await startCloud();
  const estate = await addEstate(cloud, cloud.owner, "Cardiff", { "till-1": {}, "till-2": {}, "till-3": {} });
  const state: JobRig["state"] = (execution, to, more = {}) => ({
    ...{ kind: "job.state", execution, state: to, attempt: 1, atMs: cloud.clock.nowMs() },
    ...more,
  });
  const hear: JobRig["hear"] = async (...events) => {
    const { organizationId: organization_id } = cloud.owner.scope;
    const from = { id: estate.gateway, organization_id, site_id: estate.site };
    await cloud.db.write((trx) => cloud.cloud.jobs.apply(trx, from, events, cloud.clock.nowMs()));
    await cloud.cloud.jobs.idle();
  };
  return {
    ...{ cloud, estate, state, hear },
    restart: (more = {}) => ({
      kind: "device.command",
      arguments: { command: "restart" },
      targets: { sites: [estate.site] },
      ...more,
    }),
    async make(json) {
      const answer = await cloud.api("/jobs", cloud.owner, { json });
      if (answer.status !== 201) throw new Error(await answer.text());
      await cloud.cloud.jobs.idle();
      return (await answer.json()) as Job;
    },
    read: (id) => cloud.read<Job>(`/jobs/${id}`),
    async post(path) {
      const answer = await cloud.api(path, cloud.owner, { method: "POST" });
      return { status: answer.status, body: (await answer.json()) as Job };
    },
    executions: async (id, query = "") =>
      (await cloud.read<{ items: JobExecution[] }>(`/jobs/${id}/executions?${query}`)).items,
    async sent() {
      const rows = await cloud.db.read
        .selectFrom("downlog")
        .select(["seq", "kind", "at_ms as atMs", "payload"])
        .where("gateway_id", "=", estate.gateway)
        .orderBy("seq")
        .execute();
      return rows.map((row) => {
        const event = readDownlogEvent(row);
        if (!event.ok || !event.value.known) throw new Error(JSON.stringify(event));
        return event.value.event;
      });
    },
    say: (id, ...states) => hear(...states.map((to) => state(id, to))),
    [Symbol.asyncDispose]: () => cloud[Symbol.asyncDispose](),
  };
}
