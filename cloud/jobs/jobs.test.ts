import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { Job } from "../../protocol/jobs/job.ts";
import type { JobExecution, JobExecutionDetail, JobLogs } from "../../protocol/jobs/job-execution.ts";
import type { JobState } from "../../protocol/jobs/job-machine.ts";
import { type DownlogEvent, type JobEvent, readDownlogEvent } from "../../protocol/log/kinds.ts";
import { checkScenario, type Scenario } from "../testing/api-scenario.ts";
import { addEstate, type Estate } from "../testing/estate.ts";
import { startCloud, type TestCloud } from "../testing/start-cloud.ts";

let cloud: TestCloud;
let estate: Estate;
beforeEach(async () => {
  cloud = await startCloud();
  estate = await addEstate(cloud, cloud.owner, "Cardiff", { "till-1": {}, "till-2": {}, "till-3": {} });
});
afterEach(async () => cloud[Symbol.asyncDispose]());

const restart = (more: object = {}) => ({
  kind: "device.command",
  arguments: { command: "restart" },
  targets: { sites: [estate.site] },
  ...more,
});
const make = async (json: object): Promise<Job> => {
  const answer = await cloud.api("/jobs", cloud.owner, { json });
  if (answer.status !== 201) throw new Error(await answer.text());
  return (await answer.json()) as Job;
};
const read = (id: string) => cloud.read<Job>(`/jobs/${id}`);
const post = async (path: string): Promise<{ status: number; body: Job }> => {
  const answer = await cloud.api(path, cloud.owner, { method: "POST" });
  return { status: answer.status, body: (await answer.json()) as Job };
};
const executions = async (id: string, query = "") =>
  (await cloud.read<{ items: JobExecution[] }>(`/jobs/${id}/executions?${query}`)).items;
/** What the gateway was sent, in order. */
const sent = async (): Promise<DownlogEvent[]> => {
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
};
/** What the hub does with entries of the estate's gateway. */
const hear = async (...events: JobEvent[]) => {
  const from = {
    id: estate.gateway,
    organization_id: cloud.owner.scope.organizationId,
    site_id: estate.site,
  };
  await cloud.db.write(async (trx) => {
    for (const event of events) await cloud.cloud.jobs.apply(trx, from, event, cloud.clock.nowMs());
  });
  await cloud.cloud.jobs.idle();
};
const state = (execution: string, to: JobState, more: object = {}): JobEvent => ({
  kind: "job.state",
  execution,
  state: to,
  attempt: 1,
  atMs: cloud.clock.nowMs(),
  ...more,
});
const say = (id: string, ...states: JobState[]) => hear(...states.map((to) => state(id, to)));

describe("a job that is run now", () => {
  test("is on its way with the answer, and shows what its gateway says, step by step", async () => {
    const job = await make(restart());
    expect(job).toMatchObject({
      status: "running",
      name: "restart",
      priority: 5,
      run: { total: 3, released: 3 },
    });
    const [first, second, third] = await executions(job.id);
    expect(await sent()).toMatchObject(
      [first, second, third].map((execution) => ({
        kind: "job.execute",
        device: execution!.target.name,
        jobKind: "device.command",
        arguments: { command: "restart", args: {} },
      })),
    );
    expect(first).toMatchObject({ state: "queued", target: { kind: "device" }, round: 1 });
    await say(first!.id, "delivered", "running");
    await hear({ kind: "job.progress", execution: first!.id, percent: 40, message: "half", atMs: 1 });
    expect((await executions(job.id))[0]).toMatchObject({ state: "running", percent: 40, message: "half" });
    await hear(state(first!.id, "succeeded", { output: { took: 3 } }));
    await say(second!.id, "delivered", "running");
    await hear(state(second!.id, "failed", { reason: "no paper" }));
    expect((await read(job.id)).status).toBe("running");
    await say(third!.id, "delivered", "cancelled");
    expect(await read(job.id)).toMatchObject({
      status: "finished",
      run: {
        reason: "1 of 3 succeeded",
        counts: { queued: 0, delivered: 0, running: 0, succeeded: 1, failed: 1, cancelled: 1 },
      },
    });
    const detail = await cloud.read<JobExecutionDetail>(`/jobs/${job.id}/executions/${first!.id}`);
    expect(detail.output).toEqual({ took: 3 });
    expect(detail.transitions.map(({ from, to, by }) => [from, to, by])).toEqual([
      ["queued", "delivered", "gateway"],
      ["delivered", "running", "gateway"],
      ["running", "succeeded", "gateway"],
    ]);
  });

  test("an end stays an end, and another gateway's word about it is none", async () => {
    const job = await make(restart());
    const [first, second] = await executions(job.id);
    await say(first!.id, "succeeded", "running", "failed", "succeeded");
    expect((await executions(job.id))[0]?.state).toBe("succeeded");
    const other = await addEstate(cloud, cloud.owner, "Leeds", {});
    const from = {
      id: other.gateway,
      organization_id: cloud.owner.scope.organizationId,
      site_id: other.site,
    };
    await cloud.db.write((trx) => cloud.cloud.jobs.apply(trx, from, state(second!.id, "failed"), 1));
    expect((await executions(job.id))[1]?.state).toBe("queued");
  });

  test("those that failed are tried again, and only those", async () => {
    const job = await make(restart());
    const [first, second, third] = await executions(job.id);
    await say(first!.id, "succeeded");
    await say(second!.id, "failed");
    await say(third!.id, "interrupted");
    expect((await post(`/jobs/${job.id}/retry`)).body.status).toBe("running");
    await cloud.cloud.jobs.idle();
    const now = await executions(job.id);
    expect(now.map(({ state, round, target }) => [target.name, state, round])).toEqual([
      [first!.target.name, "succeeded", 1],
      [second!.target.name, "queued", 2],
      [third!.target.name, "queued", 2],
    ]);
    expect((await sent()).length).toBe(5);
    expect((await executions(job.id, "all=true")).length).toBe(5);
    expect((await read(job.id)).run).toMatchObject({
      total: 3,
      counts: { succeeded: 1, queued: 2, failed: 0, interrupted: 0 },
    });
    await say(now[1]!.id, "succeeded");
    await say(now[2]!.id, "verified");
    expect(await read(job.id)).toMatchObject({ status: "finished", run: { reason: null } });
    expect((await post(`/jobs/${job.id}/retry`)).status).toBe(409);
  });

  test("lines are followed, searched, and told by level", async () => {
    const job = await make(restart());
    const [first, second] = await executions(job.id);
    const line = (message: string, level: "info" | "error" = "info") => ({ atMs: 5, level, message });
    await hear({ kind: "job.log", execution: first!.id, lines: [line("begun"), line("No paper", "error")] });
    await hear({ kind: "job.log", execution: second!.id, lines: [line("begun too")] });
    const logs = await cloud.read<JobLogs>(`/jobs/${job.id}/logs`);
    expect(logs.items.map(({ message, targetName }) => [targetName, message])).toEqual([
      [first!.target.name, "begun"],
      [first!.target.name, "No paper"],
      [second!.target.name, "begun too"],
    ]);
    await hear({ kind: "job.log", execution: first!.id, lines: [line("gone on")] });
    const more = await cloud.read<JobLogs>(`/jobs/${job.id}/logs?after=${logs.after}`);
    expect(more.items.map(({ message }) => message)).toEqual(["gone on"]);
    const found = await cloud.read<JobLogs>(`/jobs/${job.id}/logs?q=paper&level=error`);
    expect(found.items.map(({ message }) => message)).toEqual(["No paper"]);
    const page = await cloud.read<JobLogs>(`/jobs/${job.id}/logs?after=0&limit=2`);
    expect([page.items.length, page.more]).toEqual([2, true]);
  });
});

describe("a rollout", () => {
  test("in batches begins the next when all of the one before have ended", async () => {
    const job = await make(restart({ rollout: { kind: "batches", size: 2 } }));
    const [first, second, third] = await executions(job.id);
    expect((await sent()).length).toBe(2);
    expect(third?.sentAt).toBeNull();
    await say(first!.id, "succeeded");
    expect((await sent()).length).toBe(2);
    await say(second!.id, "failed");
    expect((await sent()).length).toBe(3);
  });

  test("stops at its failures, and goes on when a person says so", async () => {
    const stopAt = { failureRate: 0.4 };
    const job = await make(restart({ rollout: { kind: "canary", first: 1, growth: 1, stopAt } }));
    const [first] = await executions(job.id);
    await say(first!.id, "failed");
    expect(await read(job.id)).toMatchObject({ status: "stopped", run: { reason: "1 of 1 failed" } });
    expect((await sent()).length).toBe(1);
    expect((await post(`/jobs/${job.id}/resume`)).body.status).toBe("running");
    await cloud.cloud.jobs.idle();
    expect((await sent()).length).toBe(2);
  });

  test("is paused and resumed", async () => {
    const job = await make(restart({ rollout: { kind: "batches", size: 1 } }));
    const [first] = await executions(job.id);
    expect((await post(`/jobs/${job.id}/pause`)).body.status).toBe("paused");
    await say(first!.id, "succeeded");
    expect((await sent()).length).toBe(1);
    expect((await post(`/jobs/${job.id}/pause`)).status).toBe(409);
    await post(`/jobs/${job.id}/resume`);
    await cloud.cloud.jobs.idle();
    expect((await sent()).length).toBe(2);
  });

  test("is cancelled: what waits at once, what was sent when its gateway says so", async () => {
    const job = await make(restart({ rollout: { kind: "batches", size: 1 } }));
    expect((await post(`/jobs/${job.id}/cancel`)).body.status).toBe("cancelled");
    await cloud.cloud.jobs.idle();
    const [first, second, third] = await executions(job.id);
    expect([first, second, third].map((of) => of?.state)).toEqual(["queued", "cancelled", "cancelled"]);
    expect(first?.cancelRequestedAt).not.toBeNull();
    expect((await sent()).at(-1)).toEqual({ kind: "job.cancel", job: job.id });
    await say(first!.id, "delivered", "cancelled");
    expect((await read(job.id)).run).toMatchObject({ state: "cancelled", counts: { cancelled: 3 } });
    expect((await post(`/jobs/${job.id}/cancel`)).status).toBe(409);
  });

  test("one execution is cancelled by itself", async () => {
    const job = await make(restart({ rollout: { kind: "batches", size: 1 } }));
    const [first, second] = await executions(job.id);
    await post(`/jobs/${job.id}/executions/${second!.id}/cancel`);
    expect((await executions(job.id))[1]?.state).toBe("cancelled");
    await post(`/jobs/${job.id}/executions/${first!.id}/cancel`);
    expect((await sent()).at(-1)).toEqual({ kind: "job.cancel", job: job.id, execution: first!.id });
  });
});

describe("what is asked for wrongly", () => {
  const bad: [string, object, string][] = [
    ["an empty target", { targets: { devices: [] } }, "targets"],
    ["a site that is not there", { targets: { sites: [crypto.randomUUID()] } }, "targets.sites.0"],
    ["a tag nobody has", { targets: { tags: ["nobody"] } }, "targets"],
    ["a time that is past", { timing: { kind: "at", at: "2020-01-01T00:00:00.000Z" } }, "timing.at"],
    ["a schedule that never comes due", { timing: { kind: "cron", cron: "0 0 30 2 *" } }, "timing.cron"],
    ["a schedule that cannot be read", { timing: { kind: "cron", cron: "61 * * * *" } }, "timing.cron"],
    [
      "a zone that is none",
      { timing: { kind: "cron", cron: "0 4 * * *", timeZone: "Mars/Base" } },
      "timing.timeZone",
    ],
    ["arguments of another kind", { arguments: { script: "a" } }, "arguments.command"],
    [
      "a script outside its folder",
      { kind: "script.run", arguments: { script: "../../etc/passwd" } },
      "arguments.script",
    ],
  ];
  for (const [name, more, field] of bad) {
    test(`${name} is named, and nothing is made`, async () => {
      const scenario: Scenario = {
        name,
        path: "/jobs",
        json: restart(more),
        status: 400,
        code: "request.invalid",
      };
      const given = await cloud.api("/jobs", cloud.owner, { json: restart(more) });
      const problem = (await given.json()) as { errors: { path: string }[] };
      expect(problem.errors.map(({ path }) => path)).toContain(field);
      await checkScenario(cloud, scenario);
      await checkScenario(cloud, { ...scenario, path: "/jobs/preview" });
    });
  }

  test("an idempotency key makes one job", async () => {
    const headers = { "idempotency-key": "once" };
    const first = await cloud.api("/jobs", cloud.owner, { json: restart(), headers });
    const second = await cloud.api("/jobs", cloud.owner, { json: restart(), headers });
    expect(await second.json()).toEqual(await first.json());
    expect((await sent()).length).toBe(3);
  });

  test("who may run jobs may not schedule them, and who may see them may not run them", async () => {
    const role = async (permissions: string[]) => {
      const json = { name: permissions.join(), permissions };
      const answer = await cloud.api("/organization/roles", cloud.owner, { json });
      return cloud.addMember(((await answer.json()) as { id: string }).id);
    };
    const runner = await role(["job:run", "job:read"]);
    const later = restart({ timing: { kind: "cron", cron: "0 4 * * *" } });
    expect((await cloud.api("/jobs", runner, { json: later })).status).toBe(403);
    expect((await cloud.api("/jobs", runner, { json: restart() })).status).toBe(201);
    const seer = await role(["job:read"]);
    expect((await cloud.api("/jobs", seer, { json: restart() })).status).toBe(403);
    expect((await cloud.api("/jobs", seer)).status).toBe(200);
  });
});
