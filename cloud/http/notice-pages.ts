import type { Context } from "hono";
import * as v from "valibot";
import { type Notice, noticeSchema } from "../../ui/ui.ts";
import { dropCookie, readCookie, writeCookie } from "./cookies.ts";
import type { AppEnv } from "./env.ts";

const COOKIE = "notice";
/** The page that shows it is asked for at once; one that never was must not surprise anybody later. */
const GOOD_FOR_SECONDS = 30;

/** Sends the person on to a page that tells them what was done, and how to take it back where that is possible. */
export function redirectTelling(
  c: Context<AppEnv>,
  parts: { publicOrigin: string },
  path: string,
  notice: v.InferInput<typeof noticeSchema>,
): Response {
  tell(c, parts, notice);
  return c.redirect(path, 303);
}

/** Has the next page tell the person. */
export function tell(
  c: Context<AppEnv>,
  { publicOrigin }: { publicOrigin: string },
  notice: v.InferInput<typeof noticeSchema>,
): void {
  const text = JSON.stringify(notice);
  writeCookie(c, publicOrigin, COOKIE, text, { httpOnly: true, maxAge: GOOD_FOR_SECONDS });
}

/** What the person is to be told, once. A part of a page that renews itself takes it from nobody. */
export function takeNotice(c: Context<AppEnv>): Notice | null {
  const text = readCookie(c, COOKIE);
  const isPart = c.req.header("hx-request") !== undefined && c.req.header("hx-boosted") === undefined;
  if (text === undefined || isPart) return null;
  dropCookie(c, COOKIE);
  return readNotice(text);
}

/** The cookie comes from the browser: what is no notice of ours is none. */
function readNotice(text: string): Notice | null {
  try {
    const checked = v.safeParse(noticeSchema, JSON.parse(text));
    return checked.success ? checked.output : null;
  } catch {
    return null;
  }
}
