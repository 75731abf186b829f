import type { LiveEvent } from "../../protocol/live/event.ts";
import { seededRandom } from "../../protocol/seeded-random.ts";
import { ManualClock } from "../../protocol/testing/manual-clock.ts";
import { Live } from "../live/live.ts";

/** A live connection whose other end the test is. */
export function fakeLive() {
  const clock = new ManualClock(Date.now());
  let handlers: { message(text: string): void; closed(): void } | null = null;
  const sent: string[] = [];
  const live = new Live({
    clock,
    random: seededRandom(5),
    connect(on) {
      handlers = on;
      return { send: (text) => void sent.push(text), close: () => on.closed() };
    },
    probe: async () => "unreached",
    changed: () => {},
  });
  return {
    live,
    clock,
    sent,
    say: (event: LiveEvent) => handlers?.message(JSON.stringify(event)),
    cut: () => handlers?.closed(),
  };
}
