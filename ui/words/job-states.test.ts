import { expect, test } from "bun:test";
import type { Job, JobRun } from "../../protocol/jobs/job.ts";
import { wordsOf } from "./catalogues.ts";
import { begunOf, jobStatus } from "./job-states.ts";

const words = wordsOf("en");
const run = (counts: Partial<JobRun["counts"]>): Pick<Job, "status" | "run"> => ({
  status: "running",
  run: { total: 2, counts } as JobRun,
});

test("a job of which everything waits in a queue is not said to run", () => {
  expect(jobStatus(words, run({ queued: 1, delivered: 1 })).word).toBe("Waiting");
  expect(jobStatus(words, run({ delivered: 1, running: 1 })).word).toBe("Running");
  expect(jobStatus(words, run({ delivered: 1, succeeded: 1 })).word).toBe("Running");
});

test("what has only reached its gateway has not begun", () => {
  expect(begunOf({ queued: 1, delivered: 2, running: 3, failed: 1, succeeded: 4 })).toBe(8);
});

test("a job that ended with failures is not said to be well", () => {
  const job = { ...run({ succeeded: 1, failed: 1 }), status: "finished" } as const;
  expect(jobStatus(words, job)).toEqual({
    shape: "triangle",
    tone: "warning",
    word: "Finished with failures",
  });
});
