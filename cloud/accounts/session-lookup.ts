import { createHmac, timingSafeEqual } from "node:crypto";
import { parse } from "hono/utils/cookie";
import { tryDecodeURIComponent } from "hono/utils/url";
import type { Clock } from "../../protocol/clock.ts";
import type { CloudDatabase } from "../database/database.ts";
import { prepared } from "../database/prepared.ts";
import { isOver, notRememberedCookieName, RENEWED_BEFORE_END_MS, sessionCookieName } from "./auth.ts";
import { CUSTOM_ROLE } from "./roles.ts";
import { type Membership, toMembership } from "./store.ts";

/**
 * Whose session a request carries, by one look into the database: the account library asks it three times, and takes the
 * time of a whole command. Only what is certain is answered here; everything else (a session that has ended or is to be renewed, two
 * ways to show it, a signature that is not right) is the library's to judge. Nothing is remembered: a session that was ended a
 * moment ago is not found.
 */

/** A session that is open and is not to be renewed, its person, and their organisations, the one of longest standing first. */
interface KnownSession {
  token: string;
  user: { id: string; email: string; name: string };
  memberships: [Membership, ...Membership[]];
  /** The organisation it works in. */
  active: string | null;
}

/** Null when the library is to say. */
export async function lookUpSession(
  { db, clock, secret, publicUrl }: { db: CloudDatabase; clock: Clock; secret: string; publicUrl: string },
  headers: Headers,
): Promise<KnownSession | null> {
  const token = shownToken(headers, sessionCookieName(publicUrl), secret);
  const [first, ...others] = token === null ? [] : await findSession(db.read, token);
  if (first === undefined) return null;
  const { createdAt, expiresAt, activeOrganizationId: active, email, name } = first;
  const nowMs = clock.nowMs();
  const leftMs = new Date(expiresAt).getTime() - nowMs;
  const isRemembered = !isShown(headers, notRememberedCookieName(publicUrl), secret);
  if (leftMs <= (isRemembered ? RENEWED_BEFORE_END_MS : 0)) return null;
  if (isOver(createdAt, nowMs)) return null;
  return {
    token: first.token,
    user: { id: first.userId, email, name },
    memberships: [toMembership(first), ...others.map(toMembership)],
    active,
  };
}

/** The token of the session, or that it is not remembered (`true`), as the library signs it. */
const SIGNED = /^([A-Za-z0-9]{16,64}|true)\.([A-Za-z0-9+/]{43}=)$/;

/** The token that the headers carry and that we have signed; null when there is none, or one that is not certain. */
function shownToken(headers: Headers, cookie: string, secret: string): string | null {
  const authorization = headers.get("authorization");
  const signed = cookieOf(headers, cookie);
  if (authorization === null) return signed === null ? null : verified(signed, secret);
  if (signed !== null || !/^bearer /i.test(authorization)) return null;
  return verified(tryDecodeURIComponent(authorization.slice("bearer ".length).trim()), secret);
}

/** Whether a cookie of this name has a value that we have signed. */
function isShown(headers: Headers, cookie: string, secret: string): boolean {
  const signed = cookieOf(headers, cookie);
  return signed !== null && verified(signed, secret) !== null;
}

/** What was signed, when the signature (HMAC-SHA-256, base64) is ours. */
function verified(value: string, secret: string): string | null {
  const [, plain, signature] = SIGNED.exec(value) ?? [];
  if (plain === undefined || signature === undefined) return null;
  const ours = createHmac("sha256", secret).update(plain).digest();
  const theirs = Buffer.from(signature, "base64");
  return theirs.length === ours.length && timingSafeEqual(theirs, ours) ? plain : null;
}

const cookieOf = (headers: Headers, name: string): string | null =>
  parse(headers.get("cookie") ?? "", name)[name] ?? null;

/** A session with its person, once for each organisation they are of, the one of longest standing first. */
const findSession = prepared((db, token: string) =>
  db
    .selectFrom("session")
    .innerJoin("user", "user.id", "session.userId")
    .innerJoin("member", "member.userId", "user.id")
    .innerJoin("organization", "organization.id", "member.organizationId")
    .leftJoin("custom_role", "custom_role.id", "member.role")
    .select([
      ...(["session.token", "session.createdAt", "session.expiresAt"] as const),
      ...(["session.activeOrganizationId", "user.id as userId", "user.email", "user.name"] as const),
      ...(["organization.id as organizationId", "organization.name as organizationName"] as const),
      ...(["member.role", ...CUSTOM_ROLE] as const),
    ])
    .where("session.token", "=", token)
    .orderBy("member.createdAt")
    .orderBy("member.id"),
);
