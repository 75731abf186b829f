import type { LiveEvent } from "../../protocol/live/event.ts";

/** Newest readings of a watched device. */
export type Telemetry = Extract<LiveEvent, { type: "telemetry" }>;
