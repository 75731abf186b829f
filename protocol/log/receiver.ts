import { accept, type Result, refuse } from "../errors.ts";
import type { Entries } from "../frames/entries.ts";
import type { Seq } from "./cursor.ts";
import type { Entry } from "./entry.ts";

/**
 * What is left to do of a frame: the entries not applied yet, where the cursor stands after them, and what to
 * acknowledge once that is durable. `ack` is the frame's own end, which a stale frame of an earlier session can have
 * moved the cursor beyond already: a sender is never told of more than it has sent in this session.
 */
export interface ToApply {
  entries: Entry[];
  cursor: Seq;
  ack: Seq;
}

/**
 * Decides what of a frame is new. Call it with the cursor read **inside** the transaction that will apply the
 * entries and move the cursor: then a frame that arrives twice (an old session's frame applied after the new
 * session began) takes effect once, and a frame that leaves something out is refused with `log.gap`.
 */
export function entriesToApply(frame: Entries, cursor: Seq): Result<ToApply> {
  if (frame.after > cursor) {
    return refuse("log.gap", `${frame.stream}: the frame follows ${frame.after}, applied is ${cursor}`);
  }
  const entries = frame.entries.filter((entry) => entry.seq > cursor);
  return accept({
    entries,
    cursor: entries.at(-1)?.seq ?? cursor,
    ack: frame.entries.at(-1)?.seq ?? frame.after,
  });
}
