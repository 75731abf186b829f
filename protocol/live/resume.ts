import * as v from "valibot";
import { secondsToWait } from "../api/seconds-to-wait.ts";
import { isId } from "../ids.ts";
import { liveEventSchema } from "./event.ts";
import { EVENT_ID } from "./event-id.ts";
import { POLL_HOLD_MAX_SECONDS, WATCH_MAX_IN_ADDRESS } from "./limits.ts";

/** How a browser says in the address where it was: `?after=ID&watch=device,device`. */
const resumeEntries = {
  /** Id of the last event it has; absent means from now on. */
  after: v.optional(v.pipe(v.string(), v.regex(EVENT_ID, "must be the id of an event"))),
  /** The devices it looks at; absent means none. */
  watch: v.optional(
    v.pipe(
      v.string(),
      v.transform((text) => text.split(",")),
      v.check((ids) => ids.every(isId), "must be ids of devices with commas between"),
      v.maxLength(WATCH_MAX_IN_ADDRESS, `at most ${WATCH_MAX_IN_ADDRESS} devices fit in an address`),
    ),
  ),
};

export const resumeSchema = v.object(resumeEntries);
export type Resume = v.InferOutput<typeof resumeSchema>;

/** `hold`: seconds to wait for news when there is none yet; absent means 0. In ms when it is read. */
export const pollQuerySchema = v.object({
  ...resumeEntries,
  hold: secondsToWait(POLL_HOLD_MAX_SECONDS),
});
export type PollQuery = v.InferOutput<typeof pollQuerySchema>;

/** What would have been heard on the WebSocket, oldest first. The last `id` is where to go on. */
export const pollAnswerSchema = v.object({ events: v.array(liveEventSchema) });
