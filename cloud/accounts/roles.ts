import { ROLES, type Role } from "../../protocol/accounts/account.ts";

/** The library's roles are ours; of several, separated by commas, the first counts. Its `admin` is administrator. */
export function roleOf(text: string): Role {
  const first = text.split(",")[0] ?? "";
  return ROLES.find((role) => role === first) ?? (first === "admin" ? "administrator" : "viewer");
}
