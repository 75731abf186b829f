import type { JobState } from "../../protocol/jobs/job-machine.ts";
import type { StateWords } from "./states.ts";

/** How each state of an execution looks, also where the browser draws it. */
export const JOB_LOOKS: Record<JobState, Omit<StateWords, "word">> = {
  queued: { shape: "dotted", tone: "offline" },
  delivered: { shape: "ring", tone: "offline" },
  running: { shape: "half", tone: "info" },
  succeeded: { shape: "disc", tone: "ok" },
  verified: { shape: "disc", tone: "ok" },
  failed: { shape: "square", tone: "error" },
  "timed-out": { shape: "square", tone: "error" },
  cancelled: { shape: "diamond", tone: "offline" },
  expired: { shape: "triangle", tone: "warning" },
  interrupted: { shape: "triangle", tone: "warning" },
};
