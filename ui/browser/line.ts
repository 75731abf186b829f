import type { LiveEvent } from "../../protocol/live/event.ts";
import { POLL_HOLD_MAX_SECONDS, WATCH_MAX_IN_ADDRESS } from "../../protocol/live/limits.ts";
import { SECOND } from "../../protocol/units.ts";
import type { LiveParts, Wish } from "../live/live.ts";

/** The two ways to the cloud's events: its socket, and questions over HTTP when there is none. */

/** RFC 6455 section 7.4.1. The cloud gives the code of its errors as the reason. */
const CLOSE_POLICY = 1008;
/** By way of the log-in, who is still logged in comes back to the page as it is for them now. */
const REFUSED = new Set(["auth.required", "auth.changed"]);
/** An answer that takes so much longer than it was to be held is none. */
const ANSWER_WITHIN_MS = 8 * SECOND;

function eventsUrl(path: string, { after, watch }: Wish): URL {
  const url = new URL(path, location.href);
  if (after !== null) url.searchParams.set("after", after);
  if (watch.length > 0) url.searchParams.set("watch", watch.slice(0, WATCH_MAX_IN_ADDRESS).join(","));
  return url;
}

export const connectEvents: LiveParts["connect"] = (wish, on) => {
  const url = eventsUrl("/api/v1/events", wish);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(url);
  socket.addEventListener("message", ({ data }) => {
    if (typeof data === "string") on.message(data);
  });
  socket.addEventListener("close", ({ code, reason }) => {
    on.closed(code === CLOSE_POLICY && REFUSED.has(reason) ? "refused" : undefined);
  });
  return {
    send(text) {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    // A socket whose other end is gone takes a minute to say that it is closed; the page does not wait for it.
    close() {
      socket.close();
      on.closed();
    },
  };
};

export const pollEvents: LiveParts["poll"] = async (wish, holds, signal) => {
  const holdSeconds = holds ? POLL_HOLD_MAX_SECONDS : 0;
  const url = eventsUrl("/api/v1/events/poll", wish);
  url.searchParams.set("hold", String(holdSeconds));
  try {
    const timeout = AbortSignal.timeout(holdSeconds * SECOND + ANSWER_WITHIN_MS);
    const response = await fetch(url, { cache: "no-store", signal: AbortSignal.any([signal, timeout]) });
    if (response.status === 401) return { kind: "refused" };
    if (!response.ok) return { kind: "unreached" };
    const { events } = (await response.json()) as { events: LiveEvent[] };
    return { kind: "polled", events };
  } catch {
    return { kind: "unreached" };
  }
};
