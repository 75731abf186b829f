import { Mark } from "../components/mark.tsx";
import { type Connection, type ConnectionKind, useConnection } from "../live/live.ts";
import type { LiveWords } from "../words/english/live.ts";
import { useIslandWords } from "../words/use-words.ts";
import { clockTime, type Shape, type Tone } from "../words/words.ts";
import { Island } from "./island.tsx";

/** Each kind's words are `kind` and `kindTitle` of the catalogue. */
const LOOKS: Record<ConnectionKind & keyof LiveWords, { shape: Shape; tone: Tone }> = {
  connecting: { shape: "dotted", tone: "offline" },
  live: { shape: "disc", tone: "ok" },
  reconnecting: { shape: "half", tone: "warning" },
  polling: { shape: "half", tone: "info" },
  offline: { shape: "ring", tone: "error" },
  ended: { shape: "square", tone: "error" },
};

/** Every kind of connection there is. */
export const CONNECTION_KINDS = Object.keys(LOOKS) as ConnectionKind[];

/** Says how fresh the page is, and tells the truth: live, reconnecting, polling, offline. */
export function ConnectionIndicator() {
  return <ConnectionState {...(useConnection() ?? { kind: "connecting", sinceMs: 0 })} />;
}

export function ConnectionState({ kind, sinceMs }: Connection) {
  const words = useIslandWords();
  const { shape, tone } = LOOKS[kind];
  const since = sinceMs > 0 ? words.live.since(clockTime(words, sinceMs)) : "";
  return (
    <span
      class={`connection tone-${tone}`}
      data-kind={kind}
      role="status"
      title={`${words.live[`${kind}Title`]}${since}`}
    >
      <Mark shape={shape} />
      <span>
        {words.live[kind]}
        {kind === "offline" ? <span class="off-narrow">{since}</span> : null}
      </span>
      {kind === "ended" ? (
        <a class="link" href="/login" hx-boost="false">
          {words.live.logIn}
        </a>
      ) : null}
    </span>
  );
}

export function ConnectionIsland() {
  return <Island name="connection" of={ConnectionIndicator} props={{}} />;
}
