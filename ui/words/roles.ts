import { type CarriedRole, isBuiltIn, type Role } from "../../protocol/accounts/role.ts";
import type { Words } from "./catalogues.ts";

/** A role as it is headed and chosen: of one we bring in the reader's language, of one people made as they named it. */
export function roleTitle({ frame }: Words, { role, roleName }: CarriedRole): string {
  return isBuiltIn(role) ? frame.roles[role] : roleName;
}

/** The same of the role itself. */
export const titleOfRole = (words: Words, { id, name }: Pick<Role, "id" | "name">): string =>
  roleTitle(words, { role: id, roleName: name });
