import type { Context, MiddlewareHandler } from "hono";
import { refuse } from "../../protocol/errors.ts";
import type { AppEnv } from "../http/env.ts";
import { problem } from "../http/problem.ts";
import type { Accounts } from "./accounts.ts";
import type { Scope } from "./scope.ts";

/** Lets in who is logged in, and leaves scope and person for the handlers; others get `auth.required`. */
export function apiScope(accounts: Accounts): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const identity = await accounts.whoIs(c.req.raw.headers);
    if (identity === null) {
      return problem(c, refuse("auth.required", "this address needs a session or an API key").refusal);
    }
    c.set("scope", from(c, identity.scope));
    c.set("me", identity.me);
    c.set("sessionToken", identity.token);
    return next();
  };
}

/** The same for pages: others are sent to log in, and back afterwards. */
export function pageScope(accounts: Accounts): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const identity = await accounts.whoIs(c.req.raw.headers);
    if (identity === null) {
      const target = c.req.method === "GET" ? pathOf(c.req.url) : formOf(c);
      const login = target === "/" ? "/login" : `/login?next=${encodeURIComponent(target)}`;
      // htmx follows a redirect inside the page; this header makes the whole page go there.
      if (c.req.header("hx-request") !== undefined) return c.body(null, 200, { "hx-redirect": login });
      return c.redirect(login, 303);
    }
    c.set("scope", from(c, identity.scope));
    c.set("me", identity.me);
    c.set("sessionToken", identity.token);
    return next();
  };
}

/** The page whose form was sent: what was typed into it is restored there. */
function formOf(c: Context<AppEnv>): string {
  const page = c.req.header("hx-current-url") ?? c.req.header("referer") ?? "";
  return URL.canParse(page) ? pathOf(page) : "/";
}

function pathOf(url: string): string {
  const { pathname, search } = new URL(url);
  return `${pathname}${search}`;
}

function from(c: Context<AppEnv>, scope: Scope): Scope {
  const address = c.env?.clientAddress;
  return address === undefined ? scope : { ...scope, from: address };
}
