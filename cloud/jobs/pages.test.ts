import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { Job } from "../../protocol/jobs/job.ts";
import type { JobExecution } from "../../protocol/jobs/job-execution.ts";
import { addEstate, type Estate } from "../testing/estate.ts";
import { startPages, type TestPages } from "../testing/start-pages.ts";

let pages: TestPages;
let estate: Estate;
beforeEach(async () => {
  pages = await startPages();
  estate = await addEstate(pages.cloud, pages.cloud.owner, "Cardiff Bay", { "till-1": {}, "till-2": {} });
});
afterEach(() => pages[Symbol.asyncDispose]());

const html = async (path: string, person = pages.cloud.owner) => (await pages.open(path, person)).text();
const read = <Of>(path: string) => pages.cloud.read<Of>(path);

async function make(more: Record<string, unknown> = {}): Promise<Job> {
  const made = await pages.cloud.api("/jobs", pages.cloud.owner, {
    json: {
      ...{ name: "Payment config", kind: "device.command", arguments: { command: "update-payment-config" } },
      targets: { sites: [estate.site] },
      ...more,
    },
  });
  expect(made.status).toBe(201);
  return (await made.json()) as Job;
}

describe("the list of jobs", () => {
  test("says what jobs are while there is none", async () => {
    expect(await html("/jobs")).toContain("Do something on many devices at once");
  });

  test("shows, filters and finds them, and says when nothing matches", async () => {
    await make();
    await make({ name: "Night ping", kind: "ping", arguments: {} });
    const all = await html("/jobs");
    expect(all).toContain("2 jobs");
    expect(all).toContain("0 of 2 devices");
    const one = await html(`/jobs?kind=ping&q=night&site=${estate.site}&status=running`);
    expect(one).toContain("Night ping");
    expect(one).not.toContain("Payment config");
    expect(one).toContain("Remove the filter Kind: Check reachability");
    expect(one).toContain("Remove the filter Site: Cardiff Bay");
    expect(await html("/jobs?failed=true")).toContain("No job matches");
    expect((await pages.open("/jobs?status=odd")).status).toBe(400);
  });
});

describe("a job's page", () => {
  test("says how far it is, draws each target, and leads to each", async () => {
    const job = await make();
    const page = await html(`/jobs/${job.id}`);
    expect(page).toContain("Payment config: 0 of 2 devices done");
    expect(page).toContain("till-1: Waiting");
    const { items } = await read<{ items: JobExecution[] }>(`/jobs/${job.id}/executions`);
    expect(page).toContain(`href="/jobs/${job.id}/executions/${items[0]!.id}"`);
    expect(page).toContain(`href="/devices/${items[0]!.target.id}"`);
    expect(await html(`/devices/${items[0]!.target.id}/jobs`)).toContain(`href="/jobs/${job.id}"`);
    const one = await html(`/jobs/${job.id}/executions/${items[0]!.id}`);
    expect(one).toContain("Payment config on till-1: Waiting");
    expect(await html(`/jobs/${job.id}?state=failed`)).toContain("None in this state");
    expect((await pages.open("/jobs/01900000-0000-7000-8000-000000000001")).status).toBe(404);
  });

  test("pauses with an undo, goes on, ends one target, and ends all of it", async () => {
    const { id } = await make();
    const page = `/jobs/${id}`;
    const status = async () => (await read<Job>(page)).status;
    expect((await pages.send(`${page}/pause`, {})).headers.get("location")).toBe(page);
    expect(await status()).toBe("paused");
    expect((await pages.send(`${page}/resume`, {})).status).toBe(303);
    expect(await status()).toBe("running");
    const { items } = await read<{ items: JobExecution[] }>(`${page}/executions`);
    expect((await pages.send(`${page}/executions/${items[0]!.id}/cancel`, {})).status).toBe(303);
    expect((await pages.send(`${page}/cancel`, {})).status).toBe(303);
    expect(await status()).toBe("cancelled");
    expect(await html(page)).toContain("Payment config: cancelled, 0 of 2 devices done");
    expect((await pages.send(`${page}/retry`, {})).status).toBe(409);
  });

  test("tries one target again that failed, beside its reason and on its own page", async () => {
    const { id } = await make();
    const page = `/jobs/${id}`;
    const { items } = await read<{ items: JobExecution[] }>(`${page}/executions`);
    const one = `${page}/executions/${items[0]!.id}`;
    expect((await html(one)).includes(`action="${one}/retry"`)).toBe(false);
    expect((await pages.send(`${one}/retry`, {})).status).toBe(409);
    await pages.cloud.db.write((trx) =>
      trx.updateTable("job_execution").set({ state: "failed" }).where("id", "=", items[0]!.id).execute(),
    );
    await pages.cloud.db.write((trx) =>
      trx
        .insertInto("job_count")
        .values({ job_id: id, slot_ms: Date.parse(items[0]!.slot), state: "failed", executions: 1 })
        .execute(),
    );
    for (const shown of [page, one]) expect(await html(shown)).toContain(`action="${one}/retry"`);
    const sent = await pages.send(`${one}/retry`, {});
    expect([sent.status, sent.headers.get("location")]).toEqual([303, page]);
    expect((await pages.send(`${one}/retry`, {})).status).toBe(409);
  });

  test("offers what can be done only to those who may", async () => {
    const { id } = await make();
    const viewer = await pages.cloud.addMember("viewer");
    const page = await html(`/jobs/${id}`, viewer);
    expect(page).toContain("Payment config: 0 of 2 devices done");
    expect(page).not.toContain(`/jobs/${id}/cancel`);
    expect((await pages.send(`/jobs/${id}/cancel`, {}, viewer)).status).toBe(403);
  });
});

describe("the queue", () => {
  const names = async () =>
    [...(await html("/jobs/queue")).matchAll(/data-name="([^"]+)"/g)].map(([, name]) => name);

  test("has what is not over in its order, and moves it a step by plain forms", async () => {
    expect(await html("/jobs/queue")).toContain("Nothing waits");
    const made: Job[] = [];
    for (const name of ["first", "second", "third", "over"]) {
      made.push(await make({ name }));
      pages.cloud.clock.advance(1_000);
    }
    expect((await pages.send(`/jobs/${made[3]!.id}/cancel`, {})).status).toBe(303);
    expect(await names()).toEqual(["first", "second", "third"]);
    const step = async (index: number, to: string) =>
      (await pages.send("/jobs/queue", { id: made[index]!.id, to })).headers.get("location");
    expect(await step(2, "up")).toBe("/jobs/queue");
    expect(await names()).toEqual(["first", "third", "second"]);
    await step(0, "down");
    // Beyond an end there is nothing, and what is over is in no queue.
    for (const [index, to] of [
      [2, "up"],
      [1, "down"],
      [3, "up"],
    ] as const)
      await step(index, to);
    expect(await names()).toEqual(["third", "first", "second"]);
  });

  test("is seen, and not moved, by who may not", async () => {
    const { id, name } = await make();
    const viewer = await pages.cloud.addMember("viewer");
    const page = await html("/jobs/queue", viewer);
    expect([page.includes(name), page.includes("data-handle")]).toEqual([true, false]);
    expect((await pages.send("/jobs/queue", { id, to: "up" }, viewer)).status).toBe(403);
  });
});
