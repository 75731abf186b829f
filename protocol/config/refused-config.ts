import type { Attributes } from "../devices/attributes.ts";

/** Why a device does not run with what is wanted of it, in its words, and of which version that is said; null: it does not say. */
export interface RefusedConfig {
  why: string;
  version: number | null;
}

/** What a device says of it in its attributes `configError` and `configErrorVersion`; null while it says nothing. */
export function refusedConfig({ configError, configErrorVersion }: Attributes): RefusedConfig | null {
  if (typeof configError !== "string" || configError === "") return null;
  return { why: configError, version: typeof configErrorVersion === "number" ? configErrorVersion : null };
}
