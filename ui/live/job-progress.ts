import type { LiveEvent } from "../../protocol/live/event.ts";

/** How a job moved on, as the cloud tells it. */
export type JobProgress = Extract<LiveEvent, { type: "job:progress" }>;
