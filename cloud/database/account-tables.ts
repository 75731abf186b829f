/**
 * The tables of people and organisations. Their form is the account library's (better-auth with its organization
 * plugin); it writes them, and we read what a scope needs. Times are the library's own: ISO 8601 text on SQLite. Only
 * `custom_role` and `tour_seen` are ours, and formed as our other tables are.
 */
export interface AccountTables {
  user: UserTable;
  account: WayInTable;
  session: SessionTable;
  organization: OrganizationTable;
  member: MemberTable;
  invitation: InvitationTable;
  verification: VerificationTable;
  custom_role: CustomRoleTable;
  tour_seen: TourSeenTable;
}

export interface UserTable {
  id: string;
  name: string;
  email: string;
}

/** How a person shows who they are; `password` is a hash. */
export interface WayInTable {
  id: string;
  userId: string;
  providerId: string;
  password: string | null;
  updatedAt: string;
}

export interface SessionTable {
  id: string;
  userId: string;
  token: string;
  activeOrganizationId: string | null;
  createdAt: string;
  updatedAt: string;
  expiresAt: string;
  ipAddress: string | null;
  userAgent: string | null;
}

export interface OrganizationTable {
  id: string;
  name: string;
  slug: string;
}

/** `role` is the name of a built-in role or the id of a {@link CustomRoleTable}. */
export interface MemberTable {
  id: string;
  organizationId: string;
  userId: string;
  role: string;
  createdAt: string;
}

/** `id` is the SHA-256 of the link's token, hex: who reads the table cannot accept in somebody's place. */
export interface InvitationTable {
  id: string;
  organizationId: string;
  email: string;
  role: string;
  status: "pending" | "accepted" | "withdrawn";
  expiresAt: string;
  createdAt: string;
  inviterId: string;
}

/** Links that are good once, of the library (a new password) and of ours (the first account). Tokens are hashed. */
export interface VerificationTable {
  id: string;
  identifier: string;
  value: string;
  expiresAt: string;
  createdAt: string;
  updatedAt: string;
}

export interface CustomRoleTable {
  id: string;
  organization_id: string;
  /** One of each in an organisation, whatever their case. */
  name: string;
  description: string;
  /** JSON: an array of permissions. */
  permissions: string;
  created_ms: number;
  updated_ms: number;
}

/** Who has seen the first tour of the dashboard, or did not want to. */
export interface TourSeenTable {
  user_id: string;
  at_ms: number;
}
