import { accept, type Result, refuse } from "../../protocol/errors.ts";

/**
 * How far an update is, as it stands on the disk before each step is taken. After a power cut the program that is started
 * goes on from there.
 *
 *     downloading ──stage──▶ staged ──switch──▶ trial ──commit──▶ committed
 *                              ▲                  │
 *                              └───────undo───────┴────fail─────▶ failed
 *
 * `staged`: the program lies in its slot, whole. `trial`: it is to be started, until it has shown that it works. `undo`: the
 * switch was written down and had not been done. What fails before the switch stays where it is, for the next attempt.
 */
export const UPDATE_PHASES = ["downloading", "staged", "trial", "committed", "failed"] as const;
export type UpdatePhase = (typeof UPDATE_PHASES)[number];

export const UPDATE_EVENTS = ["stage", "switch", "undo", "commit", "fail"] as const;
export type UpdateEvent = (typeof UPDATE_EVENTS)[number];

const TRANSITIONS: Record<UpdatePhase, Partial<Record<UpdateEvent, UpdatePhase>>> = {
  downloading: { stage: "staged" },
  staged: { switch: "trial" },
  trial: { undo: "staged", commit: "committed", fail: "failed" },
  committed: {},
  failed: {},
};

/** The phase after an event. Code: `update.wrong-phase`. */
export function nextPhase(phase: UpdatePhase, event: UpdateEvent): Result<UpdatePhase> {
  const to = TRANSITIONS[phase][event];
  return to === undefined
    ? refuse("update.wrong-phase", `${event} cannot happen to an update that is ${phase}`)
    : accept(to);
}

/** What the disk and the launcher say when a program has started. */
export interface FoundAtStart {
  phase: UpdatePhase;
  /** The link `trial` is there. */
  isOnTrial: boolean;
  /** The launcher has counted a start of it, or has ended the trial. */
  wasStarted: boolean;
  /** This is the program the update leads to. */
  isTarget: boolean;
}

/** What has happened to the update meanwhile; null when it is as it was written down. */
export function happenedMeanwhile(found: FoundAtStart): "undo" | "commit" | "fail" | null {
  if (found.phase !== "trial") return null;
  if (found.isOnTrial) return found.isTarget ? null : "fail";
  if (found.isTarget) return "commit";
  return found.wasStarted ? "fail" : "undo";
}
