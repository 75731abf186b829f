import type { VitalSign } from "../../protocol/supervision/supervision.ts";
import { SECOND } from "../../protocol/units.ts";

const ANSWER_WITHIN_MS = 10 * SECOND;

/** `/readyz` of this very process answers that it is ready. `url`: where its server listens. */
export function answersReady(url: URL): VitalSign {
  const address = new URL("/readyz", url);
  return async () => {
    try {
      const response = await fetch(address, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
      return response.ok ? null : { fatal: true, says: (await response.text()).trim() };
    } catch (error) {
      return { fatal: true, says: `no answer (${error instanceof Error ? error.message : error})` };
    }
  };
}
