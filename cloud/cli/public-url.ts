import type { CloudSettings } from "../config/settings.ts";

/** Addresses that stand for all of this machine's. */
const ANY = new Set(["0.0.0.0", "::", "*"]);

/** Where people reach a service with these settings, as far as one can know without asking it. */
export function publicUrlOf({ publicUrl, listen: { host, port } }: CloudSettings): string {
  if (publicUrl !== null) return publicUrl;
  const name = ANY.has(host) ? "localhost" : host;
  return new URL(`http://${name.includes(":") ? `[${name}]` : name}:${port}`).origin;
}
