import type { LiveParts } from "../live/live.ts";

/** The two ways to the cloud: its event socket, and a question over HTTP when there is none. */

/** RFC 6455 section 7.4.1. The cloud gives the code of its errors as the reason. */
const CLOSE_POLICY = 1008;

export const connectEvents: LiveParts["connect"] = (on) => {
  const url = new URL("/api/v1/events", location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(url);
  socket.addEventListener("message", ({ data }) => {
    if (typeof data === "string") on.message(data);
  });
  socket.addEventListener("close", ({ code, reason }) => {
    on.closed(code === CLOSE_POLICY && reason === "auth.required" ? "refused" : undefined);
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

export const probeCloud: LiveParts["probe"] = async () => {
  try {
    const response = await fetch("/api/v1/auth/me", {
      cache: "no-store",
      signal: AbortSignal.timeout(8_000),
    });
    if (response.ok) return "polled";
    return response.status === 401 ? "refused" : "unreached";
  } catch {
    return "unreached";
  }
};
