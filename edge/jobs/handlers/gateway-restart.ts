import type { JobHandler } from "../handler.ts";

export interface RestartParts {
  /** Ends this process, to be started anew; null where nothing would start it. */
  restart: (() => void) | null;
  /** Of this run of the process. */
  runId: string;
  nowMs(): number;
}

/** The gateway ends and is started anew by systemd. That it goes down in the middle is what is wanted. */
export function gatewayRestartHandler({ restart, runId, nowMs }: RestartParts): JobHandler {
  return {
    needsDevice: false,
    async begin({ note }) {
      if (restart === null) {
        const reason = "nothing would start the gateway again: it does not run as a service";
        return { ok: false, reason, final: true };
      }
      note({ runId });
      restart();
      return null;
    },
    recover({ memo, sinceMs }) {
      if (memo?.runId === undefined || memo.runId === runId) return "again";
      return { ok: true, verified: true, output: { awayMs: Math.max(0, nowMs() - sinceMs) } };
    },
  };
}
