/**
 * How fresh a page is, as it tells its reader. A pure machine; `live.ts` feeds it.
 *
 * ```
 * connecting ──heard──▶ live ◀──────heard──────┐
 *      └──────lost──▶ reconnecting ──polled──▶ polling
 *                          └──unreached──▶ offline ◀─unreached─┘
 * ```
 * `ended` (the session is over) is left only by loading a page again.
 */
export type ConnectionKind = "connecting" | "live" | "reconnecting" | "polling" | "offline" | "ended";

export interface Connection {
  kind: ConnectionKind;
  /** When it became so, ms since 1970. */
  sinceMs: number;
}

/** `heard`: a message came. `lost`: the line broke. `polled`, `unreached`, `refused`: how asking over HTTP went. */
export type ConnectionEvent = "heard" | "lost" | "polled" | "unreached" | "refused";

const TRANSITIONS: Record<ConnectionKind, Partial<Record<ConnectionEvent, ConnectionKind>>> = {
  connecting: { heard: "live", lost: "reconnecting", unreached: "offline", refused: "ended" },
  live: { lost: "reconnecting", unreached: "offline", refused: "ended" },
  reconnecting: { heard: "live", polled: "polling", unreached: "offline", refused: "ended" },
  polling: { heard: "live", unreached: "offline", refused: "ended" },
  offline: { heard: "live", polled: "polling", refused: "ended" },
  ended: {},
};

/** The next state; the same object when the event changes nothing. */
export function nextConnection(now: Connection, event: ConnectionEvent, atMs: number): Connection {
  const kind = TRANSITIONS[now.kind][event];
  return kind === undefined ? now : { kind, sinceMs: atMs };
}
