import type { LiveEvent } from "../../protocol/live/event.ts";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { Live } from "../live/live.ts";

/** A live connection whose other end the test is. */
export function fakeLive() {
  const clock = new ManualClock(Date.now());
  let handlers: { message(text: string): void; closed(): void } | null = null;
  const sent: string[] = [];
  let changes = 0;
  const live = new Live({
    clock,
    random: seededRandom(5),
    connect(_, on) {
      handlers = on;
      return { send: (text) => void sent.push(text), close: () => on.closed() };
    },
    poll: async () => ({ kind: "unreached" }),
    changed: () => {
      changes += 1;
    },
  });
  return {
    live,
    clock,
    sent,
    /** How often the page was told that its parts are out of date. */
    changes: () => changes,
    say: (event: LiveEvent) => handlers?.message(JSON.stringify(event)),
    hear: (text: string) => handlers?.message(text),
    cut: () => handlers?.closed(),
  };
}
