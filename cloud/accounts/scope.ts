import type { Role } from "../../protocol/accounts/account.ts";

/**
 * On whose behalf something is done. Every query of every store takes one and looks only at its organisation, so that
 * another organisation's records do not exist for it.
 */
export interface Scope {
  userId: string;
  organizationId: string;
  role: Role;
}
