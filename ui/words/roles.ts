import type { Words } from "./catalogues.ts";
import { capital } from "./values.ts";

/** The name of a role: of one we bring in the reader's language, of one an organisation made as it was named. */
export function roleName({ frame }: Words, role: string): string {
  return Object.hasOwn(frame.roles, role) ? frame.roles[role as keyof typeof frame.roles] : capital(role);
}
