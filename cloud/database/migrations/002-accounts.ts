import { type Kysely, sql } from "kysely";
import type { Dialect } from "../database.ts";

/**
 * People, sessions, organisations: what better-auth 1.7 with its organization plugin asks for, frozen from its own
 * `compileMigrations()`; a test checks that it asks for nothing more.
 */
export const migration002 = (dialect: Dialect) => ({
  async up(db: Kysely<unknown>): Promise<void> {
    const time = dialect === "postgres" ? "timestamptz" : "date";
    const flag = dialect === "postgres" ? "boolean" : "integer";
    for (const statement of STATEMENTS) {
      const text = statement.replaceAll("TIME", time).replaceAll("FLAG", flag);
      await sql.raw(text).execute(db);
    }
  },
});

const STATEMENTS = [
  `create table "user" ("id" text not null primary key, "name" text not null, "email" text not null unique,
     "emailVerified" FLAG not null, "image" text, "createdAt" TIME not null, "updatedAt" TIME not null)`,
  `create table "session" ("id" text not null primary key, "expiresAt" TIME not null, "token" text not null unique,
     "createdAt" TIME not null, "updatedAt" TIME not null, "ipAddress" text, "userAgent" text,
     "userId" text not null references "user" ("id") on delete cascade, "activeOrganizationId" text)`,
  `create table "account" ("id" text not null primary key, "accountId" text not null, "providerId" text not null,
     "userId" text not null references "user" ("id") on delete cascade, "accessToken" text, "refreshToken" text,
     "idToken" text, "accessTokenExpiresAt" TIME, "refreshTokenExpiresAt" TIME, "scope" text, "password" text,
     "createdAt" TIME not null, "updatedAt" TIME not null)`,
  `create table "verification" ("id" text not null primary key, "identifier" text not null, "value" text not null,
     "expiresAt" TIME not null, "createdAt" TIME not null, "updatedAt" TIME not null)`,
  `create table "organization" ("id" text not null primary key, "name" text not null, "slug" text not null unique,
     "logo" text, "createdAt" TIME not null, "metadata" text)`,
  `create table "member" ("id" text not null primary key,
     "organizationId" text not null references "organization" ("id") on delete cascade,
     "userId" text not null references "user" ("id") on delete cascade, "role" text not null,
     "createdAt" TIME not null)`,
  `create table "invitation" ("id" text not null primary key,
     "organizationId" text not null references "organization" ("id") on delete cascade, "email" text not null,
     "role" text, "status" text not null, "expiresAt" TIME not null, "createdAt" TIME not null,
     "inviterId" text not null references "user" ("id") on delete cascade)`,
  'create index "session_userId_idx" on "session" ("userId")',
  'create index "account_userId_idx" on "account" ("userId")',
  'create index "verification_identifier_idx" on "verification" ("identifier")',
  'create index "member_organizationId_idx" on "member" ("organizationId")',
  'create index "member_userId_idx" on "member" ("userId")',
  'create index "invitation_organizationId_idx" on "invitation" ("organizationId")',
  'create index "invitation_email_idx" on "invitation" ("email")',
];
