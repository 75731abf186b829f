import type { Logger } from "@logtape/logtape";
import { backoffDelayMs, RECONNECT_BACKOFF } from "../../protocol/backoff.ts";
import type { Clock } from "../../protocol/clock.ts";
import { ERRORS, type Result } from "../../protocol/errors.ts";
import type { Random } from "../../protocol/random.ts";
import type { Identity } from "./enrolment.ts";

export interface ClaimAtStartParts {
  clock: Clock;
  random: Random;
  log: Pick<Logger, "info" | "warn" | "error">;
  /** Exchanges the code of the settings, once. Refuses with `gateway.enrolled` where that has been done. */
  enroll(signal: AbortSignal): Promise<Result<Identity>>;
}

/**
 * Enrols the gateway with the code of its settings while it serves its site: where nobody types a command. It is tried
 * again as long as trying again may help. Disposing ends it.
 */
export function claimAtStart({ clock, random, log, enroll }: ClaimAtStartParts): Disposable {
  const stop = new AbortController();
  let cancel = (): void => undefined;
  const attempt = async (tries: number): Promise<void> => {
    const enrolled = await enroll(stop.signal);
    if (enrolled.ok) {
      const { site, organization, cloudUrl } = enrolled.value;
      return log.info("enrolled", { site, organization, cloud: cloudUrl });
    }
    const { code, detail } = enrolled.refusal;
    if (code === "gateway.enrolled" || stop.signal.aborted) return;
    const { hint, retryable } = ERRORS[code];
    if (!retryable) return log.error("not enrolled: the claim code is not taken", { code, detail, hint });
    const retryInMs = backoffDelayMs(RECONNECT_BACKOFF, tries, random);
    // A cloud that is away for hours is one line in the log, not one a minute.
    if (tries === 0) log.warn("not enrolled yet", { code, detail, retryInMs });
    cancel = clock.after(retryInMs, () => void attempt(tries + 1));
  };
  void attempt(0);
  return {
    [Symbol.dispose]() {
      stop.abort();
      cancel();
    },
  };
}
