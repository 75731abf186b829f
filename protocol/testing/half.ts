/**
 * One half of what both sides do together, in a process of its own: the sides never import each other, and a test that has both
 * drives each over the runtime's channel between processes.
 */
export type HalfAsk = { id: number; op: string; args: unknown[] };
export type HalfAnswer = { id: number; ok: boolean; value: unknown };

/** Where both sides' clocks begin, ms since 1970. */
export const HALVES_BEGIN_MS = Date.UTC(2_026, 5, 1, 12);
