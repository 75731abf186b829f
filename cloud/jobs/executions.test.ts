import { expect, test } from "bun:test";
import type { JobExecutionDetail } from "../../protocol/jobs/job-execution.ts";
import { executionId } from "./executions.ts";
import { startJobs } from "./testing/job-rig.ts";

test("the id of an execution follows from what it is, and from its slot where it stands among others", () => {
  const of = (slotMs: number, target: string, round = 1) => executionId("job", slotMs, target, round);
  expect(of(1_800_000_000_000, "till")).toBe(of(1_800_000_000_000, "till"));
  expect(of(1_800_000_000_000, "till")).toMatch(
    /^01a3185c-5000-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  const slots = Array.from({ length: 50 }, (_, index) => of(1_800_000_000_000 + index, `till-${index}`));
  expect(slots.toSorted()).toEqual(slots);
  const one = 1_800_000_000_000;
  expect(new Set([of(one, "till"), of(one, "till", 2), of(one, "kiosk")]).size).toBe(3);
});

test("what is said of an execution at once is written as if it came one by one, but what cannot be true", async () => {
  await using rig = await startJobs();
  const job = await rig.make(rig.restart());
  const [first, second, third] = (await rig.executions(job.id)).map(({ id }) => id);
  await rig.hear(
    rig.state(first!, "delivered", { attempt: 0 }),
    rig.state(first!, "running"),
    rig.state(first!, "queued"),
    rig.state(first!, "delivered", { reason: "it did not answer" }),
    rig.state(second!, "delivered", { attempt: 0 }),
    { kind: "job.progress", execution: second!, percent: 10, atMs: 1 },
    rig.state(second!, "running"),
    rig.state(first!, "running", { attempt: 2 }),
    rig.state(first!, "succeeded", { attempt: 2, output: { took: 3 } }),
    rig.state(third!, "delivered", { attempt: 0 }),
    rig.state(third!, "running"),
    rig.state(third!, "delivered"),
    rig.state(third!, "running", { attempt: 2 }),
  );
  const of = (id: string) => rig.cloud.read<JobExecutionDetail>(`/jobs/${job.id}/executions/${id}`);
  const { transitions, ...detail } = await of(first!);
  expect(detail).toMatchObject({ state: "succeeded", attempt: 2, output: { took: 3 }, reason: null });
  expect(transitions.map(({ from, to, reason }) => [from, to, reason])).toEqual([
    ["queued", "delivered", null],
    ["delivered", "running", null],
    ["running", "delivered", "it did not answer"],
    ["delivered", "running", null],
    ["running", "succeeded", null],
  ]);
  // How far the attempt before was says nothing of this one.
  expect(await of(second!)).toMatchObject({ state: "running", percent: null });
  expect((await of(third!)).transitions).toHaveLength(4);
  expect((await rig.read(job.id)).run).toMatchObject({
    state: "running",
    counts: { queued: 0, delivered: 0, running: 2, succeeded: 1 },
  });
  await rig.hear(
    rig.state(second!, "failed", { reason: "no paper" }),
    rig.state(third!, "succeeded", { attempt: 2 }),
  );
  expect(await rig.read(job.id)).toMatchObject({
    status: "finished",
    run: { reason: "2 of 3 succeeded", counts: { running: 0, succeeded: 2, failed: 1 } },
  });
});
