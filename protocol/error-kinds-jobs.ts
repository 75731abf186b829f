/** The part of the catalogue (`error-kinds.ts`) that is about jobs. */
export const JOB_ERRORS = {
  "job.wrong-state": {
    status: 409,
    title: "That cannot be done to it as it is now",
    hint: "Look at the job again: it may have ended, or somebody may have paused or cancelled it meanwhile.",
    retryable: false,
  },
} as const;
