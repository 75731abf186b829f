import { useContext } from "preact/hooks";
import { Mark } from "../components/mark.tsx";
import { type ConnectionKind, LiveContext } from "../live/live.ts";
import { clockTime, type Shape, type Tone } from "../words/words.ts";
import { Island } from "./island.tsx";

interface Words {
  shape: Shape;
  tone: Tone;
  word: string;
  title: string;
}

const WORDS: Record<ConnectionKind, Words> = {
  connecting: { shape: "dotted", tone: "offline", word: "Connecting", title: "Connecting to the cloud" },
  live: { shape: "disc", tone: "ok", word: "Live", title: "What you see is as it happens" },
  reconnecting: {
    shape: "half",
    tone: "warning",
    word: "Reconnecting",
    title: "The live connection broke; trying again",
  },
  polling: {
    shape: "half",
    tone: "info",
    word: "Polling",
    title: "No live connection can be opened; the page asks for news every few seconds",
  },
  offline: { shape: "ring", tone: "error", word: "Offline", title: "The cloud cannot be reached" },
  ended: { shape: "square", tone: "error", word: "Logged out", title: "Your session has ended" },
};

/** Says how fresh the page is, and tells the truth: live, reconnecting, polling, offline. */
export function ConnectionIndicator() {
  const context = useContext(LiveContext);
  const connection = context?.live.connection.value ?? { kind: "connecting" as const, sinceMs: 0 };
  const { shape, tone, word, title } = WORDS[connection.kind];
  const since = connection.sinceMs > 0 ? ` since ${clockTime(connection.sinceMs)}` : "";
  return (
    <span
      class={`connection tone-${tone}`}
      data-kind={connection.kind}
      role="status"
      title={`${title}${since}`}
    >
      <Mark shape={shape} />
      <span>
        {word}
        {connection.kind === "offline" ? <span class="off-narrow">{since}</span> : null}
      </span>
      {connection.kind === "ended" ? (
        <a class="link" href="/login" hx-boost="false">
          Log in
        </a>
      ) : null}
    </span>
  );
}

export function ConnectionIsland() {
  return <Island name="connection" of={ConnectionIndicator} props={{}} />;
}
