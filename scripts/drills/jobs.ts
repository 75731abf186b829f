import { Database } from "bun:sqlite";
import { join } from "node:path";
import type { JobExecution, JobExecutionDetail } from "../../protocol/jobs/job-execution.ts";
import { hasEnded, type JobState } from "../../protocol/jobs/job-machine.ts";
import type { Random } from "../../protocol/random.ts";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { ObedientDevices } from "../e2e/obedient-devices.ts";
import { Cloud, Gateway, until } from "../e2e/stack.ts";
import type { Drill, DrillTask, Findings } from "./drill.ts";

const GATEWAYS_MAX = 20;
const DEVICES = 2;
/** Of each device; every fourth is of a kind that may run twice. */
const JOBS = 50;
const TIMEOUT_MS = 20_000;
const SETTLE_LIMIT_MS = 240_000;

/**
 * Jobs on all devices of all gateways, made while gateways and the cloud are killed at random. Invariant: every execution ends, once,
 * and the same on both sides; a command, which may not run twice, comes to its device once at most. (A gateway that went down
 * between writing down that it begins and writing down that it sends begins again: nothing had been done.)
 */
async function run(task: DrillTask): Promise<Findings> {
  const random = seededRandom(task.seed);
  await using stack = new AsyncDisposableStack();
  const cloud = stack.use(await Cloud.start());
  const gateways: Gateway[] = [];
  const devices: ObedientDevices[] = [];
  for (let index = 0; index < Math.min(GATEWAYS_MAX, task.rounds); index += 1) {
    const gateway = stack.use(await Gateway.start(cloud, `Jobs ${index}`));
    gateways.push(gateway);
    devices.push(stack.use(await ObedientDevices.connect(gateway, DEVICES)));
  }
  const all = gateways.length * DEVICES;
  await until("the devices to be known", async () => {
    const { total } = await cloud.api<{ total: number }>("/devices?limit=1&connectivity=online");
    return total === all;
  });
  task.say(`${gateways.length} gateways, ${all} devices, ${JOBS * all} executions`);

  const made = makeJobs(cloud, () => Bun.sleep((random.next() * 1_500 * task.rounds) / JOBS));
  const kills = { gateways: 0, cloud: 0 };
  for (let round = 1; round <= task.rounds; round += 1) {
    await Bun.sleep(random.next() * 1_000);
    const target = pick(random, cloud, gateways);
    await target.program.kill();
    kills[target === cloud ? "cloud" : "gateways"] += 1;
    await Bun.sleep(random.next() * 500);
    await target.run();
    task.say(`round ${round}/${task.rounds}: killed ${target === cloud ? "the cloud" : "a gateway"}`);
  }
  await made;
  task.say("waiting until all have ended");
  const executions = await ended(cloud, all);
  const faults = await compare(cloud, gateways, devices, executions);
  const states = Object.groupBy(executions, ({ state }) => state);
  return {
    figures: {
      "kills of gateways": kills.gateways,
      "kills of the cloud": kills.cloud,
      executions: executions.length,
      ...Object.fromEntries(Object.entries(states).map(([state, some]) => [state, some.length])),
      ...reasons(executions),
    },
    faults,
  };
}

function pick(random: Random, cloud: Cloud, gateways: readonly Gateway[]): Cloud | Gateway {
  if (random.next() < 0.3) return cloud;
  return gateways[Math.floor(random.next() * gateways.length)]!;
}

/** How many came to no good end, by what was done and why. */
function reasons(executions: readonly JobExecution[]): Record<string, number> {
  const bad = executions.filter(({ state }) => state !== "succeeded");
  const why = ({ kind, state, reason, target }: JobExecution): string =>
    `${kind} ${state}: ${(reason ?? "").replaceAll(target.name, "it").replaceAll(/\d[\d:.TZ-]*/g, "…")}`;
  const counts: Record<string, number> = {};
  for (const execution of bad) counts[why(execution)] = (counts[why(execution)] ?? 0) + 1;
  return counts;
}

/** Asked for until it is answered: one whose answer was lost with the cloud is there beside the one asked for after it. */
async function makeJobs(cloud: Cloud, pause: () => Promise<void>): Promise<void> {
  for (let index = 0; index < JOBS; index += 1) {
    await pause();
    const what =
      index % 4 === 3
        ? { kind: "ping", arguments: { count: 1 } }
        : { kind: "device.command", arguments: { command: "blink" } };
    const body = JSON.stringify({ ...what, targets: { filter: {} }, timeoutMs: TIMEOUT_MS });
    await until("a job to be made", () => cloud.api<{ id: string }>("/jobs", { method: "POST", body }));
  }
}

async function ended(cloud: Cloud, each: number): Promise<JobExecution[]> {
  const all: JobExecution[] = [];
  const { items: jobs } = await cloud.api<{ items: { id: string }[] }>("/jobs?limit=500");
  if (jobs.length < JOBS) throw new Error(`there are ${jobs.length} jobs, and ${JOBS} were answered`);
  for (const { id: job } of jobs) {
    await until(
      "every execution to end",
      async () => (await cloud.api<{ status: string }>(`/jobs/${job}`)).status === "finished",
      SETTLE_LIMIT_MS,
    );
    const { items } = await cloud.api<{ items: JobExecution[] }>(`/jobs/${job}/executions?limit=500`);
    if (items.length !== each) throw new Error(`a job has ${items.length} executions, not ${each}`);
    all.push(...items);
  }
  return all;
}

async function compare(
  cloud: Cloud,
  gateways: readonly Gateway[],
  devices: readonly ObedientDevices[],
  executions: readonly JobExecution[],
): Promise<string[]> {
  const atEdge = new Map<string, string>(gateways.flatMap(statesAt));
  const heard = new Map(devices.flatMap((some) => [...some.heard]));
  const faults: string[] = [];
  for (const { id, jobId, kind, state, target } of executions) {
    const name = `${kind} on ${target.name} (${id})`;
    if (!hasEnded(state)) faults.push(`${name} is ${state}`);
    if (atEdge.get(id) !== state)
      faults.push(`${name} is ${state} in the cloud, ${atEdge.get(id)} at the gateway`);
    const came = heard.get(id) ?? 0;
    if (kind !== "device.command") continue;
    if (came > 1) faults.push(`${name} came to the device ${came} times`);
    if (state === "succeeded" && !heard.has(id))
      faults.push(`${name} succeeded, and never came to the device`);
    // Every step of a few, since each is a question.
    if (Number.parseInt(id.slice(0, 2), 16) >= 16) continue;
    const { transitions } = await cloud.api<JobExecutionDetail>(`/jobs/${jobId}/executions/${id}`);
    const ends = transitions.filter(({ to }) => hasEnded(to));
    if (ends.length !== 1)
      faults.push(`${name} took the steps ${transitions.map(({ to }) => to).join(", ")}`);
  }
  return faults.slice(0, 10);
}

/** What a gateway has on its own disk. */
function statesAt({ directory }: Gateway): [id: string, state: JobState][] {
  using database = new Database(join(directory, "edge.db"), { readonly: true });
  return database
    .query<{ id: string; state: JobState }, []>("SELECT id, state FROM job_execution")
    .all()
    .map(({ id, state }) => [id, state]);
}

export const jobs: Drill = {
  name: "jobs",
  about: "2,000 executions over 20 gateways while gateways and the cloud are killed at random",
  rounds: 60,
  shortRounds: 3,
  run,
};
