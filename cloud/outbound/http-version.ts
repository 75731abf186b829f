import type { Clock } from "../../protocol/clock.ts";
import { MINUTE } from "../../protocol/units.ts";

/** For so long a host is believed not to speak HTTP/2. */
const WITHOUT_MS = 10 * MINUTE;
const HOSTS_MAX = 2_000;

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/**
 * A `fetch` that speaks HTTP/2 where the host does: many requests share a connection, where each would have one of its own, with a
 * handshake of its own when there are more than are kept open. A host that has no HTTP/2 says so in the handshake, before
 * anything is sent, and is asked again as it wishes. `origin`: what is remembered of it.
 */
export function createHttp2First(fetch: Fetch, clock: Clock) {
  const withoutUntilMs = new Map<string, number>();
  return async (origin: string, url: string, init: RequestInit): Promise<Response> => {
    if ((withoutUntilMs.get(origin) ?? 0) > clock.monotonicMs()) return fetch(url, init);
    try {
      return await fetch(url, { ...init, protocol: "http2" } as RequestInit);
    } catch (error) {
      if ((error as { code?: unknown } | null)?.code !== "HTTP2Unsupported") throw error;
      if (withoutUntilMs.size >= HOSTS_MAX) withoutUntilMs.clear();
      withoutUntilMs.set(origin, clock.monotonicMs() + WITHOUT_MS);
      return fetch(url, init);
    }
  };
}
