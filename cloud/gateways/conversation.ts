import { assertNever, type Refusal } from "../../protocol/errors.ts";
import type { ClockStep, Hello, Live, Refuse } from "../../protocol/frames/control.ts";
import type { Entries } from "../../protocol/frames/entries.ts";
import type { Frame } from "../../protocol/frames/frame.ts";
import type { Seq } from "../../protocol/log/cursor.ts";
import { correctedLive } from "./corrections.ts";
import type { OpenSession, Session } from "./session.ts";

/** What follows from a gateway's words. */
export interface Listener {
  nowMs(): number;
  hello(session: Session, hello: Hello): void;
  /** A frame of entries is in the session's line. */
  queued(session: Session, frame: Entries): void;
  /** Returns why the session cannot go on, or null. */
  downAcked(session: Session, opened: OpenSession, seq: Seq): Refusal | null;
  live(gatewayId: string, readings: Live["readings"]): void;
  /** What time the gateway has: the answer to a question of ours. */
  timeIs(session: Session, opened: OpenSession, theirMs: number): void;
  /** Where in its log the gateway's clock was set. */
  clockSteps(session: Session, opened: OpenSession, steps: readonly ClockStep[]): void;
  refused(session: Session, refuse: Refuse): void;
}

/**
 * What each frame means in each state of a session. Returns why the session must end, or null: a word out of place
 * is `frame.invalid`.
 */
export function handleFrame(
  listener: Listener,
  session: Session,
  frame: Frame,
  bytes: number,
): Refusal | null {
  switch (frame.type) {
    case "hello":
      if (session.state !== "challenged") return outOfPlace("a second hello");
      session.state = "greeting";
      listener.hello(session, frame);
      return null;
    case "ping":
      session.send({ type: "pong", nowMs: listener.nowMs() });
      return null;
    case "pong":
      if (session.opened !== null) listener.timeIs(session, session.opened, frame.nowMs);
      return null;
    case "ignorable":
      return null;
    case "refuse":
      listener.refused(session, frame);
      return null;
    case "entries":
    case "ack":
    case "live":
    case "flushed":
    case "clock":
      if (session.state !== "open" || session.opened === null) {
        return outOfPlace(`${frame.type} before the welcome`);
      }
      return handleOpen(listener, session, session.opened, frame, bytes);
    case "challenge":
    case "welcome":
    case "watch":
    case "flush":
      return outOfPlace(`${frame.type}, which is the cloud's word`);
    default:
      return assertNever(frame);
  }
}

function handleOpen(
  listener: Listener,
  session: Session,
  opened: OpenSession,
  frame: Frame & { type: "entries" | "ack" | "live" | "flushed" | "clock" },
  bytes: number,
): Refusal | null {
  switch (frame.type) {
    case "entries": {
      if (frame.stream === "down") return outOfPlace("entries of the downlog");
      opened.heads[frame.stream] = frame.head;
      const queued = session.enqueue(frame.stream, frame, bytes);
      if (!queued.ok) return queued.refusal;
      listener.queued(session, frame);
      return null;
    }
    case "ack":
      return frame.stream === "down"
        ? listener.downAcked(session, opened, frame.seq)
        : outOfPlace("an acknowledgement of its own log");
    case "live":
      listener.live(
        opened.greeting.gateway.id,
        correctedLive(frame.readings, opened.clock.skewMs, listener.nowMs()),
      );
      return null;
    case "clock":
      listener.clockSteps(session, opened, frame.steps);
      return null;
    case "flushed":
      opened.flushes.answered(frame.id, frame.seq, opened.applied.bulk);
      return null;
    default:
      return assertNever(frame);
  }
}

function outOfPlace(what: string): Refusal {
  return { code: "frame.invalid", detail: `unexpected: ${what}` };
}
