import { betterAuth } from "better-auth";
import { bearer, organization } from "better-auth/plugins";
import { DAY, SECOND } from "../../protocol/units.ts";
import type { CloudDatabase } from "../database/database.ts";
import type { Mail } from "../mail/mail.ts";
import { membershipsOf } from "./store.ts";

/** The account library (better-auth), set up for us. Only this folder knows it. */

/** How passwords are kept. A port: hashing is the runtime's, and tests use a cheap setting. */
export interface PasswordHasher {
  hash(password: string): Promise<string>;
  verify(password: string, hash: string): Promise<boolean>;
}

export interface AuthParts {
  db: CloudDatabase;
  passwords: PasswordHasher;
  /** Signs cookies; 32 random bytes or more, as text. */
  secret: string;
  /** Where people reach the dashboard, without a slash at the end. */
  publicUrl: string;
  mail: Pick<Mail, "sendResetLink">;
  /** Somebody has set their password anew by a link. */
  passwordReset(user: { id: string; email: string }): Promise<void>;
}

/** How the library is told the address of whoever logs in. */
export const CLIENT_HEADER = "x-homepot-client";
/** How it hands on in which language a letter is to be. */
const LANGUAGE_HEADER = "x-homepot-language";

/** However often it is used: after this the person logs in again. */
export const SESSION_MAX_MS = 90 * DAY;
/** Whether a session that began then has lasted as long as one may. */
export function isOver(createdAt: Date | string, nowMs: number): boolean {
  return nowMs - new Date(createdAt).getTime() > SESSION_MAX_MS;
}

/** A session that is remembered and not used for this long has ended. One that is not ends with the browser, and after a day. */
const SESSION_SECONDS = 30 * 24 * 60 * 60;
const RENEW_AFTER_SECONDS = 24 * 60 * 60;
/** A session that ends sooner than this is renewed when it is used, if it is remembered. */
export const RENEWED_BEFORE_END_MS = (SESSION_SECONDS - RENEW_AFTER_SECONDS) * SECOND;
const RESET_LINK_SECONDS = 60 * 60;

export function createAuth({ db, passwords, secret, publicUrl, mail, passwordReset }: AuthParts) {
  return betterAuth({
    appName: "HOMEPOT",
    baseURL: publicUrl,
    basePath: "/api/v1/auth",
    secret,
    database: { db: db.writer, type: db.dialect === "postgres" ? "postgres" : "sqlite" },
    telemetry: { enabled: false },
    logger: { disabled: true },
    rateLimit: { enabled: false },
    trustedOrigins: [publicUrl],
    emailAndPassword: {
      enabled: true,
      minPasswordLength: 1,
      password: { hash: passwords.hash, verify: ({ password, hash }) => passwords.verify(password, hash) },
      resetPasswordTokenExpiresIn: RESET_LINK_SECONDS,
      revokeSessionsOnPasswordReset: true,
      onPasswordReset: ({ user }) => passwordReset(user),
      sendResetPassword: async ({ user, token }, request) => {
        const memberships = await membershipsOf(db, user.id);
        mail.sendResetLink({
          email: user.email,
          link: `${publicUrl}/reset-password?token=${token}`,
          organizations: memberships.map(({ organizationName }) => organizationName),
          language: request?.headers.get(LANGUAGE_HEADER) ?? "en",
        });
      },
    },
    // A link's token is a way in: who reads the database learns none.
    verification: { storeIdentifier: "hashed" },
    session: { expiresIn: SESSION_SECONDS, updateAge: RENEW_AFTER_SECONDS },
    advanced: {
      ...cookies(publicUrl),
      // cloud/http/security.ts checks every write, not only those the library knows.
      disableOriginCheck: true,
      // The server says where a request came from; nothing a client sends is taken for it.
      ipAddress: { ipAddressHeaders: [CLIENT_HEADER] },
    },
    plugins: [organization({ allowUserToCreateOrganization: false }), bearer({ requireSignature: true })],
  });
}

/** Sends whoever has this email a link, in this language. */
export async function requestReset(
  { api, options }: Auth,
  { email, language }: { email: string; language: string },
): Promise<void> {
  const request = new Request(options.baseURL, { headers: { [LANGUAGE_HEADER]: language } });
  await api.requestPasswordReset({ body: { email }, request });
}

/** Over https the name itself makes browsers refuse the cookie from a subdomain or over http (RFC 6265bis, 4.1.3.2). */
function cookies(publicUrl: string) {
  const secure = publicUrl.startsWith("https:");
  return {
    cookiePrefix: cookiePrefix(publicUrl),
    // The library's own switch would put __Secure- before the name.
    useSecureCookies: false,
    defaultCookieAttributes: { secure },
  };
}

function cookiePrefix(publicUrl: string): string {
  return publicUrl.startsWith("https:") ? "__Host-homepot" : "homepot";
}

/** The cookie that holds the session of a service at this address. */
export function sessionCookieName(publicUrl: string): string {
  return `${cookiePrefix(publicUrl)}.session_token`;
}

/** The cookie that says that it ends with the browser. */
export function notRememberedCookieName(publicUrl: string): string {
  return `${cookiePrefix(publicUrl)}.dont_remember`;
}

export type Auth = ReturnType<typeof createAuth>;
