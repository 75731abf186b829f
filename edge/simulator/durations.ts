import type { Random } from "../../protocol/random.ts";
import { SECOND } from "../../protocol/units.ts";
import type { Beat } from "./command.ts";

/** How long things take a device, ms: from and to. */
export const TAKES = {
  /** To look at what it was sent. */
  thinking: { least: 100, most: 500 },
  applying: { least: 300, most: 2 * SECOND },
  restarting: { least: 3 * SECOND, most: 8 * SECOND },
  /** A request to its payment gateway, and the answer. */
  checking: { least: 400, most: 1.5 * SECOND },
} as const;

export function takes(span: { least: number; most: number }, random: Random): number {
  return Math.round(span.least + random.next() * (span.most - span.least));
}

export function wait(span: { least: number; most: number }, random: Random): Beat {
  return { do: "wait", ms: takes(span, random) };
}
