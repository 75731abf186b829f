import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { CookieOptions } from "hono/utils/cookie";
import type { AppEnv } from "./env.ts";

/**
 * Cookies of ours beside the session's. Over https the name begins with `__Host-`: browsers then take and send it for
 * this very host only, and over https only (RFC 6265bis, 4.1.3.2). Over http they would refuse such a name.
 */
const HOST = "__Host-";

export function writeCookie(
  c: Context<AppEnv>,
  publicOrigin: string,
  name: string,
  value: string,
  options: Pick<CookieOptions, "httpOnly" | "maxAge">,
): void {
  const secure = publicOrigin.startsWith("https:");
  setCookie(c, secure ? `${HOST}${name}` : name, value, { path: "/", sameSite: "Lax", secure, ...options });
}

export function readCookie(c: Context<AppEnv>, name: string): string | undefined {
  return getCookie(c, `${HOST}${name}`) ?? getCookie(c, name);
}

export function dropCookie(c: Context<AppEnv>, name: string): void {
  if (getCookie(c, `${HOST}${name}`) !== undefined)
    deleteCookie(c, `${HOST}${name}`, { path: "/", secure: true });
  if (getCookie(c, name) !== undefined) deleteCookie(c, name, { path: "/" });
}
