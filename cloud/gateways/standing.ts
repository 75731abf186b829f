import type { Refusal } from "../../protocol/errors.ts";

/** Why nothing may be taken in from a gateway now; null when it may. */
export function refusalOf(gateway: {
  id: string;
  revoked_ms: number | null;
  paused_ms: number | null;
}): Refusal | null {
  if (gateway.revoked_ms !== null) return { code: "gateway.revoked", detail: `gateway ${gateway.id}` };
  if (gateway.paused_ms !== null)
    return { code: "site.deleted", detail: `the site of gateway ${gateway.id}` };
  return null;
}
