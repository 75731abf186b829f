import { isIP } from "node:net";
import type { Clock } from "../../protocol/clock.ts";
import { RefusalError, type Result } from "../../protocol/errors.ts";
import { KIB, SECOND } from "../../protocol/units.ts";
import { createHttp2First } from "./http-version.ts";
import { hostOf, type Resolve, readTarget, resolveTarget, type Target } from "./target.ts";

/**
 * Requests to addresses that somebody else chose: endpoints of browsers, channels of Windows, hooks.
 *
 * Promises: only https, only to addresses of the public internet, or to origins that the settings name; the address
 * that was judged is the one that is connected to, so that a name that changes its mind in between gains nothing; a
 * redirect is an answer and is never followed; neither size nor time of an answer is without bound.
 */
export interface Outbound {
  /** What can be judged before anything is sent: to refuse an address when it is entered. Code: `outbound.forbidden`. */
  check(url: string): Result<{ url: URL; isAllowed: boolean }>;
  /** The judged address of a host, for who speaks another protocol there. Throws as `fetch` does. */
  locate(url: string): Promise<Target>;
  /** Throws a RefusalError with `outbound.forbidden`, and what a connection fails with, or its timeout. */
  fetch(url: string, request: OutboundRequest): Promise<OutboundAnswer>;
}

export interface OutboundRequest {
  method: "GET" | "POST";
  headers: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer>;
  /** Until the whole answer is there. */
  timeoutMs?: number;
  /** Many go to the same host at once: over HTTP/2, where it speaks it. */
  isOneOfMany?: boolean;
}

/** `text` ends at {@link ANSWER_MAX_BYTES}. */
export interface OutboundAnswer {
  status: number;
  headers: Headers;
  text: string;
}

export interface OutboundParts {
  clock: Clock;
  resolve: Resolve;
  /** The runtime's. */
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** Origins that may be reached wherever they are, and without TLS when they say http. */
  allowed: readonly string[];
  /** Certificates (PEM) of the authorities that signed theirs; null: those that the world knows. */
  authority: string | null;
}

export { systemResolve } from "./resolve.ts";
export { hostOf } from "./target.ts";

export const ANSWER_MAX_BYTES = 64 * KIB;
const TIMEOUT_MS = 15 * SECOND;
/** For so long an address that was judged is used again. Resolvers keep it longer. */
const RESOLVED_MS = 30 * SECOND;
const RESOLVED_MAX = 2_000;

export function createOutbound(parts: OutboundParts): Outbound {
  const { clock, allowed, authority } = parts;
  const http2First = createHttp2First(parts.fetch, clock);
  const resolved = new Map<string, { target: Promise<Result<Target>>; untilMs: number }>();

  const targetOf = async (text: string): Promise<Target> => {
    const read = readTarget(text, allowed);
    if (!read.ok) throw new RefusalError(read.refusal);
    const { origin } = read.value.url;
    const nowMs = clock.monotonicMs();
    let known = resolved.get(origin);
    if (known === undefined || known.untilMs <= nowMs) {
      if (resolved.size >= RESOLVED_MAX) resolved.clear();
      known = { target: resolveTarget(read.value, parts.resolve), untilMs: nowMs + RESOLVED_MS };
      resolved.set(origin, known);
      known.target.catch(() => resolved.delete(origin));
    }
    const target = await known.target;
    if (!target.ok) throw new RefusalError(target.refusal);
    return { ...target.value, url: read.value.url };
  };

  return {
    check: (url) => readTarget(url, allowed),
    locate: targetOf,

    async fetch(text, { method, headers, body, timeoutMs = TIMEOUT_MS, isOneOfMany = false }) {
      const aborter = new AbortController();
      const cancel = clock.after(timeoutMs, () =>
        aborter.abort(new Error(`no answer within ${timeoutMs / SECOND} s`)),
      );
      try {
        const { url, address, isAllowed } = await orAborted(targetOf(text), aborter.signal);
        const host = hostOf(url);
        const init = {
          method,
          headers: { ...headers, host: url.host },
          ...(body === undefined ? {} : { body }),
          redirect: "manual",
          signal: aborter.signal,
          tls: {
            ...(isIP(host) === 0 ? { serverName: host } : {}),
            ...(isAllowed && authority !== null ? { ca: authority } : {}),
          },
        } as RequestInit;
        const at = pinned(url, address);
        const answer =
          isOneOfMany && url.protocol === "https:"
            ? await http2First(url.origin, at, init)
            : await parts.fetch(at, init);
        return { status: answer.status, headers: answer.headers, text: await readBounded(answer) };
      } finally {
        cancel();
      }
    },
  };
}

/** The same request at the address itself. */
function pinned(url: URL, address: string): string {
  const host = isIP(address) === 6 ? `[${address}]` : address;
  return `${url.protocol}//${host}${url.port === "" ? "" : `:${url.port}`}${url.pathname}${url.search}`;
}

async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return Promise.race([
    work,
    new Promise<never>((_, reject) =>
      signal.addEventListener("abort", () => reject(signal.reason), { once: true }),
    ),
  ]);
}

async function readBounded(answer: Response): Promise<string> {
  if (answer.body === null || answer.headers.get("content-length") === "0") return "";
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  // Leaving the loop ends the stream, and with it the connection of who never ends.
  for await (const piece of answer.body as unknown as AsyncIterable<Uint8Array>) {
    const rest = ANSWER_MAX_BYTES - bytes;
    text += decoder.decode(piece.subarray(0, rest), { stream: true });
    bytes += piece.length;
    if (bytes >= ANSWER_MAX_BYTES) break;
  }
  return text + decoder.decode();
}
