/** Every island there is: the server names them, the browser finds their code by name (`loaders.ts`). */
export const ISLAND_NAMES = [
  "connection",
  "device-connectivity",
  "device-health",
  "device-last-seen",
  "device-title",
  "inbox-count",
  "job-log",
  "job-rollout",
  "sample-chart",
  "site-title",
  "telemetry",
  "telemetry-first",
] as const;

export type IslandName = (typeof ISLAND_NAMES)[number];
