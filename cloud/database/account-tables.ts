/**
 * The tables of people and organisations. Their form is the account library's (better-auth with its organization
 * plugin); it writes them, and we read what a scope needs. Times are the library's own: ISO 8601 text on SQLite.
 */
export interface AccountTables {
  user: UserTable;
  session: SessionTable;
  organization: OrganizationTable;
  member: MemberTable;
}

export interface UserTable {
  id: string;
  name: string;
  email: string;
}

export interface SessionTable {
  id: string;
  userId: string;
  token: string;
  activeOrganizationId: string | null;
}

export interface OrganizationTable {
  id: string;
  name: string;
  slug: string;
}

export interface MemberTable {
  id: string;
  organizationId: string;
  userId: string;
  role: string;
}
