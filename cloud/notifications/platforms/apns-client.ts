import type { Clock } from "../../../protocol/clock.ts";
import { SECOND } from "../../../protocol/units.ts";
import type { PlatformHosts } from "./platform.ts";

/** Requests to Apple's provider API, by the runtime's own HTTP/2: many at a time over one connection. */

const TIMEOUT_MS = 15 * SECOND;
const HOSTS = {
  production: "https://api.push.apple.com",
  sandbox: "https://api.sandbox.push.apple.com",
} as const;

export interface ApnsAnswer {
  status: number;
  headers: Headers;
  /** Apple's word for what is wrong; "" when it has none. */
  reason: string;
}

export type AskApple = (
  deviceToken: string,
  headers: Record<string, string>,
  payload: string,
) => Promise<ApnsAnswer>;

/** The asker rejects with what the connection failed with, or its timeout. */
export function appleAt(
  environment: keyof typeof HOSTS,
  { apns: host, authority }: PlatformHosts,
  clock: Clock,
): AskApple {
  const origin = host === null ? HOSTS[environment] : new URL(host).origin;
  const tls = host !== null && authority !== null ? { ca: authority } : {};
  return async (deviceToken, headers, body) => {
    const aborter = new AbortController();
    const cancel = clock.after(TIMEOUT_MS, () =>
      aborter.abort(new Error(`no answer within ${TIMEOUT_MS / SECOND} s`)),
    );
    try {
      const answer = await fetch(`${origin}/3/device/${encodeURIComponent(deviceToken)}`, {
        ...{ method: "POST", headers, body, redirect: "manual", signal: aborter.signal },
        ...{ protocol: "http2", tls },
      } as RequestInit);
      const text = await answer.text();
      return { status: answer.status, headers: answer.headers, reason: text === "" ? "" : reasonIn(text) };
    } finally {
      cancel();
    }
  };
}

function reasonIn(text: string): string {
  try {
    const { reason } = JSON.parse(text) as { reason?: unknown };
    return typeof reason === "string" ? reason.slice(0, 100) : "";
  } catch {
    // What is no JSON is not from Apple.
    return "";
  }
}
