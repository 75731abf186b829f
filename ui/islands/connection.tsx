import { Mark } from "../components/mark.tsx";
import { type ConnectionKind, useConnection } from "../live/live.ts";
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

/** Says how fresh the page is, and tells the truth: live, reconnecting, polling, offline. */
export function ConnectionIndicator() {
  const words = useIslandWords();
  const connection = useConnection() ?? { kind: "connecting" as const, sinceMs: 0 };
  const { kind } = connection;
  const { shape, tone } = LOOKS[kind];
  const since = connection.sinceMs > 0 ? words.live.since(clockTime(words, connection.sinceMs)) : "";
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
