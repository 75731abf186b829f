import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { Job } from "../../protocol/jobs/job.ts";
import type { JobExecutionDetail, JobLogs } from "../../protocol/jobs/job-execution.ts";
import type { LiveEvent } from "../../protocol/live/event.ts";
import { checkScenario, type Scenario } from "../testing/api-scenario.ts";
import { addEstate } from "../testing/estate.ts";
import type { TestCloud } from "../testing/start-cloud.ts";
import { NEWS_MS } from "./news.ts";
import { type JobRig, startJobs } from "./testing/job-rig.ts";

let rig: JobRig;
let cloud: TestCloud;
beforeEach(async () => {
  rig = await startJobs();
  cloud = rig.cloud;
});
afterEach(async () => rig[Symbol.asyncDispose]());

describe("a job that is run now", () => {
  test("is on its way with the answer, and shows what its gateway says, step by step", async () => {
    const job = await rig.make(rig.restart());
    expect(job).toMatchObject({
      status: "running",
      name: "restart",
      priority: 5,
      run: { total: 3, released: 3 },
    });
    const [first, second, third] = await rig.executions(job.id);
    expect(await rig.sent()).toMatchObject(
      [first, second, third].map((execution) => ({
        kind: "job.execute",
        device: execution!.target.name,
        jobKind: "device.command",
        arguments: { command: "restart", args: {} },
      })),
    );
    expect(first).toMatchObject({ state: "queued", target: { kind: "device" }, round: 1 });
    await rig.say(first!.id, "delivered", "running");
    await rig.hear({ kind: "job.progress", execution: first!.id, percent: 40, message: "half", atMs: 1 });
    expect((await rig.executions(job.id))[0]).toMatchObject({
      state: "running",
      percent: 40,
      message: "half",
    });
    await rig.hear(rig.state(first!.id, "succeeded", { output: { took: 3 } }));
    await rig.say(second!.id, "delivered", "running");
    await rig.hear(rig.state(second!.id, "failed", { reason: "no paper" }));
    expect((await rig.read(job.id)).status).toBe("running");
    await rig.say(third!.id, "delivered", "cancelled");
    expect(await rig.read(job.id)).toMatchObject({
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

  test("is answered when it has ended, to who waits for that, or with how it stands when the time is over", async () => {
    const wait = async (path: string, init: { method?: string; json?: unknown } = {}) => {
      const response = await cloud.api(path, cloud.owner, init);
      return [response.status, ((await response.json()) as Job).status];
    };
    const made = wait("/jobs?wait=30", { method: "POST", json: rig.restart() });
    const newest = async () => (await cloud.read<{ items: Job[] }>("/jobs")).items[0];
    let job = await newest();
    while (job === undefined) {
      // It is written at the end of the event loop's turn.
      await new Promise((resolve) => setImmediate(resolve));
      job = await newest();
    }
    const { id } = job;
    const read = wait(`/jobs/${id}?wait=30`);
    const tooShort = wait(`/jobs/${job.id}?wait=2`);
    const executions = await rig.executions(job.id);
    for (const { id } of executions) await rig.say(id, "delivered", "running");
    cloud.clock.advance(2_000);
    expect(await tooShort).toEqual([200, "running"]);
    for (const { id } of executions) await rig.say(id, "succeeded");
    expect(await Promise.all([made, read])).toEqual([
      [201, "finished"],
      [200, "finished"],
    ]);
    expect(await wait(`/jobs/${job.id}?wait=30`)).toEqual([200, "finished"]);
    for (const bad of ["31", "-1", "1.5", "long"])
      expect((await cloud.api(`/jobs/${job.id}?wait=${bad}`, cloud.owner)).status).toBe(400);
    const missing = "0192f0c1-0000-7000-8000-000000000001";
    expect((await cloud.api(`/jobs/${missing}?wait=30`, cloud.owner)).status).toBe(404);
  });

  test("keeps nobody waiting who asked a service that stops, or about one that waits for a person", async () => {
    const job = await rig.make(rig.restart());
    const read = async () => (await cloud.read<Job>(`/jobs/${job.id}?wait=30`)).status;
    const first = read();
    await rig.post(`/jobs/${job.id}/pause`);
    expect(await first).toBe("paused");
    await rig.post(`/jobs/${job.id}/resume`);
    const second = read();
    await cloud.cloud.jobs.stop();
    expect(await second).toBe("running");
  });

  test("an end stays an end, and another gateway's word about it is none", async () => {
    const job = await rig.make(rig.restart());
    const [first, second] = await rig.executions(job.id);
    await rig.say(first!.id, "succeeded", "running", "failed");
    expect((await rig.executions(job.id))[0]?.state).toBe("succeeded");
    const other = await addEstate(cloud, cloud.owner, "Leeds", {});
    const from = {
      id: other.gateway,
      organization_id: cloud.owner.scope.organizationId,
      site_id: other.site,
    };
    await cloud.db.write((trx) => cloud.cloud.jobs.apply(trx, from, [rig.state(second!.id, "failed")], 1));
    expect((await rig.executions(job.id))[1]?.state).toBe("queued");
  });

  test("those that failed are tried again, and only those", async () => {
    const job = await rig.make(rig.restart());
    const [first, second, third] = await rig.executions(job.id);
    await rig.say(first!.id, "succeeded");
    await rig.say(second!.id, "failed");
    await rig.say(third!.id, "interrupted");
    expect((await rig.post(`/jobs/${job.id}/retry`)).body.status).toBe("running");
    await cloud.cloud.jobs.idle();
    const now = await rig.executions(job.id);
    expect(now.map(({ state, round, target }) => [target.name, state, round])).toEqual([
      [first!.target.name, "succeeded", 1],
      [second!.target.name, "queued", 2],
      [third!.target.name, "queued", 2],
    ]);
    expect((await rig.sent()).length).toBe(5);
    expect((await rig.executions(job.id, "all=true")).length).toBe(5);
    expect((await rig.read(job.id)).run).toMatchObject({
      total: 3,
      counts: { succeeded: 1, queued: 2, failed: 0, interrupted: 0 },
    });
    await rig.say(now[1]!.id, "succeeded");
    await rig.say(now[2]!.id, "verified");
    expect(await rig.read(job.id)).toMatchObject({ status: "finished", run: { reason: null } });
    expect((await rig.post(`/jobs/${job.id}/retry`)).status).toBe(409);
  });

  test("lines are told to who has the job open, together, and wake nobody else", async () => {
    const job = await rig.make(rig.restart());
    const [first] = await rig.executions(job.id);
    const heard: LiveEvent[] = [];
    const browser = {
      send: (text: string) => void heard.push(JSON.parse(text)),
      bufferedAmount: () => 0,
      close: () => undefined,
    };
    cloud.cloud.live.open(browser, cloud.owner.scope, cloud.owner.token);
    for (const message of ["begun", "gone on"])
      await rig.hear({
        kind: "job.log",
        execution: first!.id,
        lines: [{ atMs: 5, level: "info", message }],
      });
    cloud.clock.advance(NEWS_MS);
    const ofJobs = heard.filter(({ type }) => type.startsWith("job:"));
    expect(ofJobs).toMatchObject([{ type: "job:log", job: job.id }]);
  });

  test("lines are followed, searched, and told by level", async () => {
    const job = await rig.make(rig.restart());
    const [first, second] = await rig.executions(job.id);
    const line = (message: string, level: "info" | "error" = "info") => ({ atMs: 5, level, message });
    await rig.hear({
      kind: "job.log",
      execution: first!.id,
      lines: [line("begun"), line("No paper", "error")],
    });
    await rig.hear({ kind: "job.log", execution: second!.id, lines: [line("begun too")] });
    const logs = await cloud.read<JobLogs>(`/jobs/${job.id}/logs`);
    expect(logs.items.map(({ message, targetName }) => [targetName, message])).toEqual([
      [first!.target.name, "begun"],
      [first!.target.name, "No paper"],
      [second!.target.name, "begun too"],
    ]);
    await rig.hear({ kind: "job.log", execution: first!.id, lines: [line("gone on")] });
    const more = await cloud.read<JobLogs>(`/jobs/${job.id}/logs?after=${logs.after}`);
    expect(more.items.map(({ message }) => message)).toEqual(["gone on"]);
    const found = await cloud.read<JobLogs>(`/jobs/${job.id}/logs?q=paper&level=error`);
    expect(found.items.map(({ message }) => message)).toEqual(["No paper"]);
    const page = await cloud.read<JobLogs>(`/jobs/${job.id}/logs?after=0&limit=2`);
    expect([page.items.length, page.more]).toEqual([2, true]);
  });
});

describe("a gateway as a target", () => {
  test("is called by its site, and by its own name where it has another", async () => {
    const called = async () => {
      const job = await rig.make({
        kind: "ping",
        arguments: {},
        targets: { gateways: [rig.estate.gateway] },
      });
      return (await rig.executions(job.id)).map(({ target }) => target.name);
    };
    expect(await called()).toEqual(["Cardiff"]);
    await cloud.db.write((trx) => trx.updateTable("gateway").set({ name: "Cellar" }).execute());
    expect(await called()).toEqual(["Cardiff · Cellar"]);
  });
});

describe("a configuration by a job", () => {
  test("is added to what is wanted of each device, and told to its gateway first", async () => {
    const [device] = Object.values(rig.estate.devices);
    await cloud.api(`/devices/${device}/config`, cloud.owner, {
      method: "PUT",
      json: { config: { volume: 3, brightness: 1 } },
    });
    const json = { kind: "config.set", arguments: { config: { brightness: 80 } } };
    const job = await rig.make({ ...json, targets: { devices: [device] } });
    expect((await rig.sent()).slice(1)).toMatchObject([
      { kind: "config.desired", version: 2, config: { volume: 3, brightness: 80 } },
      { kind: "job.execute", jobKind: "config.set", arguments: { config: { brightness: 80 } } },
    ]);
    expect((await rig.read(job.id)).place).toBe("cloud");
  });

  test("of a device that is gone fails, and holds up no other", async () => {
    const json = { kind: "config.set", arguments: { config: { brightness: 80 } } };
    const rollout = { kind: "batches", size: 1 };
    const job = await rig.make({ ...json, rollout, targets: { sites: [rig.estate.site] } });
    const [first, second, third] = await rig.executions(job.id);
    await cloud.db.write((trx) => trx.deleteFrom("device").where("id", "=", second!.target.id).execute());
    await rig.say(first!.id, "delivered", "running", "succeeded", "verified");
    const states = (await rig.executions(job.id)).map(({ state, reason }) => [state, reason]);
    expect(states).toEqual([
      ["verified", null],
      ["failed", "the device was deleted meanwhile"],
      ["queued", null],
    ]);
    expect((await rig.sent()).at(-1)).toMatchObject({ execution: third!.id });
  });
});

describe("a rollout", () => {
  test("in batches begins the next when all of the one before have ended", async () => {
    const job = await rig.make(rig.restart({ rollout: { kind: "batches", size: 2 } }));
    const [first, second, third] = await rig.executions(job.id);
    expect((await rig.sent()).length).toBe(2);
    expect(third?.sentAt).toBeNull();
    await rig.say(first!.id, "succeeded");
    expect((await rig.sent()).length).toBe(2);
    await rig.say(second!.id, "failed");
    expect((await rig.sent()).length).toBe(3);
  });

  test("stops at its failures, and goes on when a person says so", async () => {
    const stopAt = { failureRate: 0.4 };
    const job = await rig.make(rig.restart({ rollout: { kind: "canary", first: 1, growth: 1, stopAt } }));
    const [first] = await rig.executions(job.id);
    await rig.say(first!.id, "failed");
    expect(await rig.read(job.id)).toMatchObject({ status: "stopped", run: { reason: "1 of 1 failed" } });
    expect((await rig.sent()).length).toBe(1);
    expect((await rig.post(`/jobs/${job.id}/resume`)).body.status).toBe("running");
    await cloud.cloud.jobs.idle();
    expect((await rig.sent()).length).toBe(2);
  });

  test("is paused and resumed", async () => {
    const job = await rig.make(rig.restart({ rollout: { kind: "batches", size: 1 } }));
    const [first] = await rig.executions(job.id);
    expect((await rig.post(`/jobs/${job.id}/pause`)).body.status).toBe("paused");
    await rig.say(first!.id, "succeeded");
    expect((await rig.sent()).length).toBe(1);
    expect((await rig.post(`/jobs/${job.id}/pause`)).status).toBe(409);
    await rig.post(`/jobs/${job.id}/resume`);
    await cloud.cloud.jobs.idle();
    expect((await rig.sent()).length).toBe(2);
  });

  test("is cancelled: what waits at once, what was sent when its gateway says so", async () => {
    const job = await rig.make(rig.restart({ rollout: { kind: "batches", size: 1 } }));
    expect((await rig.post(`/jobs/${job.id}/cancel`)).body.status).toBe("cancelled");
    await cloud.cloud.jobs.idle();
    const [first, second, third] = await rig.executions(job.id);
    expect([first, second, third].map((of) => of?.state)).toEqual(["queued", "cancelled", "cancelled"]);
    expect(first?.cancelRequestedAt).not.toBeNull();
    expect((await rig.sent()).at(-1)).toEqual({ kind: "job.cancel", job: job.id });
    await rig.say(first!.id, "delivered", "cancelled");
    expect((await rig.read(job.id)).run).toMatchObject({ state: "cancelled", counts: { cancelled: 3 } });
    expect((await rig.post(`/jobs/${job.id}/cancel`)).status).toBe(409);
  });

  test("one execution is cancelled by itself", async () => {
    const job = await rig.make(rig.restart({ rollout: { kind: "batches", size: 1 } }));
    const [first, second] = await rig.executions(job.id);
    await rig.post(`/jobs/${job.id}/executions/${second!.id}/cancel`);
    expect((await rig.executions(job.id))[1]?.state).toBe("cancelled");
    await rig.post(`/jobs/${job.id}/executions/${first!.id}/cancel`);
    expect((await rig.sent()).at(-1)).toEqual({ kind: "job.cancel", job: job.id, execution: first!.id });
  });
});

describe("what is asked for wrongly", () => {
  const bad: [string, object, string][] = [
    ["an empty target", { targets: { devices: [] } }, "targets"],
    ["a site that is not there", { targets: { sites: [crypto.randomUUID()] } }, "targets.sites.0"],
    ["a tag nobody has", { targets: { tags: ["nobody"] } }, "targets"],
    ["a type nobody is of", { targets: { types: ["nobody"] } }, "targets"],
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
        json: rig.restart(more),
        status: 400,
        code: "request.invalid",
      };
      const given = await cloud.api("/jobs", cloud.owner, { json: rig.restart(more) });
      const problem = (await given.json()) as { errors: { path: string }[] };
      expect(problem.errors.map(({ path }) => path)).toContain(field);
      await checkScenario(cloud, scenario);
      await checkScenario(cloud, { ...scenario, path: "/jobs/preview" });
    });
  }

  test("an idempotency key makes one job", async () => {
    const headers = { "idempotency-key": "once" };
    const first = await cloud.api("/jobs", cloud.owner, { json: rig.restart(), headers });
    const second = await cloud.api("/jobs", cloud.owner, { json: rig.restart(), headers });
    expect(await second.json()).toEqual(await first.json());
    expect((await rig.sent()).length).toBe(3);
  });

  test("who may run jobs may not schedule them, and who may see them may not run them", async () => {
    const role = async (permissions: string[]) => {
      const json = { name: permissions.join(), permissions };
      const answer = await cloud.api("/organization/roles", cloud.owner, { json });
      return cloud.addMember(((await answer.json()) as { id: string }).id);
    };
    const runner = await role(["job:run", "job:read"]);
    const later = rig.restart({ timing: { kind: "cron", cron: "0 4 * * *" } });
    expect((await cloud.api("/jobs", runner, { json: later })).status).toBe(403);
    expect((await cloud.api("/jobs", runner, { json: rig.restart() })).status).toBe(201);
    const seer = await role(["job:read"]);
    expect((await cloud.api("/jobs", seer, { json: rig.restart() })).status).toBe(403);
    expect((await cloud.api("/jobs", seer)).status).toBe(200);
  });
});
