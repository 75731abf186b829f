import { SECOND } from "../../../protocol/units.ts";
import type { Fault } from "../fault.ts";

/** A starved processor or a bad line: every answer comes late, and what measures its answers shows it. */
export const slow: Fault = {
  what: "slow",
  delayMs: ({ seconds }) => seconds * SECOND,
  values: (values, { seconds }) => ({
    ...values,
    ...(typeof values.latency === "number" ? { latency: Math.round(values.latency + seconds * SECOND) } : {}),
    ...(typeof values.cpu === "number" ? { cpu: 100 } : {}),
    ...(typeof values.fps === "number" ? { fps: Math.round(values.fps / 5) } : {}),
  }),
};
