import type { Clock } from "../../../protocol/clock.ts";
import { UPLOG_STREAMS } from "../../../protocol/log/cursor.ts";
import type { Uplog } from "../../uplog/uplog.ts";
import type { JobHandler } from "../handler.ts";

export interface SyncParts {
  uplog: Uplog;
  clock: Clock;
  /** Seals every reading that is open. */
  seal(): void;
}

const LOOK_EVERY_MS = 200;

/** Everything that waits at the gateway is sealed and sent; done when the cloud has what was there when it began. */
export function syncNowHandler({ uplog, clock, seal }: SyncParts): JobHandler {
  return {
    needsDevice: false,
    async begin({ signal, progress }) {
      seal();
      const heads = UPLOG_STREAMS.map((stream) => ({ stream, seq: uplog.head(stream) }));
      const left = (): number =>
        heads.reduce((sum, { stream, seq }) => sum + Math.max(0, seq - uplog.acked(stream)), 0);
      const atStart = left();
      for (let now = atStart; now > 0; now = left()) {
        if (signal.aborted) return null;
        progress({ percent: Math.round((100 * (atStart - now)) / atStart) });
        await new Promise<void>((resolve) => clock.after(LOOK_EVERY_MS, resolve));
      }
      return { ok: true, output: { sent: atStart } };
    },
  };
}
