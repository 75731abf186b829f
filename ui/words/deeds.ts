import type { Words } from "./catalogues.ts";

/** A place in the middle of what somebody did, where who did it and what it was done to stand in columns of their own. */
const PLACE = "…";

/** What somebody did, in words without the names: `added the site`. By the audit log's own name where there are none. */
export function deedOf({ activity: { deeds } }: Words, action: string): string {
  if (!Object.hasOwn(deeds, action)) return action;
  const said = deeds[action as keyof typeof deeds](PLACE, PLACE).join("");
  return said.replace(/^[…\s,]+|[…\s,]+$/g, "");
}
