import { assertNever } from "../../protocol/errors.ts";
import type { Frame } from "../../protocol/frames/frame.ts";

/**
 * The life of the line to the cloud, without the line: which state follows from which event, and what to do then.
 *
 *     stopped ──absent──▶ unenrolled ──enrolled──▶ dialling ◀──due── waiting
 *                                                     │ opened          ▲
 *                                                     ▼                 │ refused, lost, fault
 *                                                  greeting ────────────┤
 *                                                     │ challenged      │
 *                                                     ▼                 │
 *                                                   proving ────────────┤
 *                                                     │ welcomed        │
 *                                                     ▼                 │
 *                                                    open ──────────────┘
 *
 * `enrolled` in any state but the first two means that the gateway has another identity than before; `absent` that it
 * has none any more; `stop` ends everything.
 */
export const SESSION_STATES = [
  "stopped",
  "unenrolled",
  "waiting",
  "dialling",
  "greeting",
  "proving",
  "open",
] as const;
export type SessionState = (typeof SESSION_STATES)[number];

export const SESSION_EVENTS = [
  /** Started, or noticed: the gateway has an identity, or has none. */
  "enrolled",
  "absent",
  /** The wait before the next attempt is over. */
  "due",
  /** The WebSocket is open. */
  "opened",
  /** What the cloud says: its three words about the session, and everything it says within one. */
  "challenged",
  "welcomed",
  "refused",
  "talked",
  /** The line is gone. */
  "lost",
  /** The session cannot go on, by our own judgement: nonsense from the cloud, or silence. */
  "fault",
  "stop",
] as const;
export type SessionEvent = (typeof SESSION_EVENTS)[number];

/** What the driver does on a step, in this order. */
export type SessionAct = "hang-up" | "wait" | "dial" | "hello" | "begin";

export type Step =
  | { ok: true; to: SessionState; acts: readonly SessionAct[] }
  /** A word of the cloud's at the wrong moment: the driver answers with `fault`. */
  | { ok: false; refusal: "out-of-place" };

type Cell = readonly [SessionState, ...SessionAct[]];

const DIAL: Cell = ["dialling", "dial"];
const REDIAL: Cell = ["dialling", "hang-up", "dial"];
const LEAVE: Cell = ["unenrolled", "hang-up"];
const RETRY: Cell = ["waiting", "hang-up", "wait"];
const END: Cell = ["stopped", "hang-up"];

/** What is not written here changes nothing, except that a word of the cloud's is then out of place. */
const TRANSITIONS: Record<SessionState, Partial<Record<SessionEvent, Cell>>> = {
  stopped: { enrolled: DIAL, absent: ["unenrolled"] },
  unenrolled: { enrolled: DIAL, stop: END },
  waiting: { enrolled: REDIAL, absent: LEAVE, due: DIAL, stop: END },
  dialling: {
    enrolled: REDIAL,
    absent: LEAVE,
    opened: ["greeting"],
    lost: RETRY,
    fault: RETRY,
    stop: END,
  },
  greeting: {
    enrolled: REDIAL,
    absent: LEAVE,
    challenged: ["proving", "hello"],
    refused: RETRY,
    lost: RETRY,
    fault: RETRY,
    stop: END,
  },
  proving: {
    enrolled: REDIAL,
    absent: LEAVE,
    welcomed: ["open", "begin"],
    refused: RETRY,
    lost: RETRY,
    fault: RETRY,
    stop: END,
  },
  open: {
    enrolled: REDIAL,
    absent: LEAVE,
    talked: ["open"],
    refused: RETRY,
    lost: RETRY,
    fault: RETRY,
    stop: END,
  },
};

const WORDS: ReadonlySet<SessionEvent> = new Set(["challenged", "welcomed", "refused", "talked"]);

export function next(state: SessionState, event: SessionEvent): Step {
  const cell = TRANSITIONS[state][event];
  if (cell !== undefined) {
    const [to, ...acts] = cell;
    return { ok: true, to, acts };
  }
  return WORDS.has(event) ? { ok: false, refusal: "out-of-place" } : { ok: true, to: state, acts: [] };
}

/**
 * The event a frame of the cloud's is; null for what may come at any time once the line is open, `fault` for what the
 * cloud never says.
 */
export function eventOf(frame: Frame): SessionEvent | null {
  switch (frame.type) {
    case "challenge":
      return "challenged";
    case "welcome":
      return "welcomed";
    case "refuse":
      return "refused";
    case "entries":
      return frame.stream === "down" ? "talked" : "fault";
    case "ack":
      return frame.stream === "down" ? "fault" : "talked";
    case "watch":
    case "flush":
      return "talked";
    case "ping":
    case "pong":
    case "ignorable":
      return null;
    case "hello":
    case "live":
    case "flushed":
    case "clock":
      return "fault";
    default:
      return assertNever(frame);
  }
}
