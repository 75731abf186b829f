import type { Drill } from "./drill.ts";
import { edgeKill, kill } from "./kill.ts";

/** Every drill, in the order in which `all` runs them. */
export const DRILLS: readonly Drill[] = [kill, edgeKill];
