import * as v from "valibot";

/**
 * How a run of a job spreads over its targets. Pure: from what was asked for and how many executions are where, it says
 * how many more may begin now, and whether to stop.
 *
 * A run is a row of stages, each begun when all of the one before have ended. Everything follows from four counts, so
 * that a driver that was killed at any point goes on as if nothing had been.
 */

const share = v.pipe(
  v.number("must be a share from 0 to 1"),
  v.minValue(0, "must be a share from 0 to 1"),
  v.maxValue(1, "must be a share from 0 to 1"),
);
const size = v.pipe(
  v.number("must be a number"),
  v.integer("must be a whole number"),
  v.minValue(1, "must be at least 1"),
  v.maxValue(100_000),
);

/** Stops when more than this share of those that ended have failed, judged from `after` ended ones on. */
const stopAtSchema = v.strictObject({
  failureRate: share,
  after: v.optional(size, 1),
});

export const rolloutSchema = v.pipe(
  v.variant("kind", [
    v.strictObject({ kind: v.literal("all"), stopAt: v.optional(stopAtSchema) }),
    v.strictObject({ kind: v.literal("batches"), size, stopAt: v.optional(stopAtSchema) }),
    v.strictObject({
      kind: v.literal("canary"),
      /** Targets of the first stage. */
      first: size,
      /** Each stage is so many times the one before. */
      growth: v.optional(
        v.pipe(v.number(), v.minValue(1, "must be at least 1"), v.maxValue(100, "must be at most 100")),
        2,
      ),
      stopAt: v.optional(stopAtSchema),
    }),
  ]),
  v.metadata({ ref: "JobRollout" }),
);
export type Rollout = v.InferOutput<typeof rolloutSchema>;

/** Executions of a run: all, those released to begin, of them those that ended, and of those the failures. */
export interface RolloutCounts {
  total: number;
  released: number;
  ended: number;
  failed: number;
}

/** What had ended and failed when a person said to go on in spite of it: not judged again. */
export type Forgiven = Pick<RolloutCounts, "ended" | "failed">;

/** The first place after the stage of place `at` (from 0). */
export function stageEnd(rollout: Rollout, at: number, total: number): number {
  switch (rollout.kind) {
    case "all":
      return total;
    case "batches":
      return Math.min(total, (Math.floor(at / rollout.size) + 1) * rollout.size);
    case "canary": {
      let stage = rollout.first;
      let end = stage;
      while (end <= at) {
        stage = Math.ceil(stage * rollout.growth);
        end += stage;
      }
      return Math.min(total, end);
    }
  }
}

/** How many more may begin now. */
export function mayRelease(rollout: Rollout, { total, released, ended }: RolloutCounts): number {
  if (ended >= total) return 0;
  return Math.max(0, stageEnd(rollout, ended, total) - released);
}

/** Whether so many have failed that nobody should go on without looking. */
export function mustStop(rollout: Rollout, counts: RolloutCounts, forgiven: Forgiven): boolean {
  const { stopAt } = rollout;
  if (stopAt === undefined) return false;
  const ended = counts.ended - forgiven.ended;
  const failed = counts.failed - forgiven.failed;
  return failed > 0 && ended >= stopAt.after && failed / ended > stopAt.failureRate;
}
