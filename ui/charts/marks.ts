import type { Shape, Tone } from "../words/words.ts";

/** What was done to a device at a moment: a thin line in its charts, with words and where they lead. */
export interface ChartMark {
  atMs: number;
  shape: Shape;
  tone: Tone;
  text: string;
  href: string;
}

/** Those of a span, both ends included, in the order in which they are given. */
export function marksWithin(
  marks: readonly ChartMark[],
  { fromMs, toMs }: { fromMs: number; toMs: number },
): ChartMark[] {
  return marks.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
}

/**
 * Which marks, at these distances from the left, have room for their number: each that is at least so far from the last
 * one that has, in the order in which they are given.
 */
export function withRoom(positions: readonly number[], apart: number): boolean[] {
  const taken: number[] = [];
  return positions.map((position) => {
    if (taken.some((other) => Math.abs(other - position) < apart)) return false;
    taken.push(position);
    return true;
  });
}
