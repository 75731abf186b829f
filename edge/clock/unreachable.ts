import type { Refusal } from "../../protocol/errors.ts";

/** How the runtime says that a certificate is not valid at the time it takes for the present one. */
const AT_ANOTHER_TIME = /certificate (is not yet valid|has expired)|CERT_(NOT_YET_VALID|HAS_EXPIRED)/;

/**
 * Why the cloud at `url` cannot be reached. A clock that is wrong enough makes every certificate invalid: that looks like
 * a fault of the cloud's, is one of this machine's, and cannot be measured because nothing gets through.
 */
export function unreachable(url: string, why: string, nowMs: number): Refusal {
  if (!AT_ANOTHER_TIME.test(why)) return { code: "cloud.unreachable", detail: `${url}: ${why}` };
  const now = new Date(nowMs).toISOString();
  return { code: "cloud.certificate-time", detail: `${url}: ${why}, at ${now} by this machine's clock` };
}
