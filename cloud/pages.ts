import type { Cloud } from "./cloud.ts";
import type { Pages } from "./http/pages.ts";
import { problem } from "./http/problem.ts";

/** The dashboard. */
export function createPages(_cloud: Cloud): Pages {
  return { mount() {}, error: (c, refusal) => problem(c, refusal) };
}
