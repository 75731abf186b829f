import type { Hono } from "hono";
import { TrieRouter } from "hono/router/trie-router";
import type { AppEnv } from "./env.ts";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/**
 * What may be done at an address, as `Allow` lists it (RFC 9110 section 10.2.1); null where there is no such address.
 * Asked for once the app has all its routes.
 */
export function methodsOf(app: Pick<Hono<AppEnv>, "routes">): (path: string) => string | null {
  let router: TrieRouter<true> | null = null;
  return (path) => {
    if (router === null) {
      router = new TrieRouter<true>();
      // What stands before many routes answers none of them.
      for (const route of app.routes) if (route.method !== "ALL") router.add(route.method, route.path, true);
    }
    const known = router;
    const allowed = METHODS.filter((method) => known.match(method, path)[0].length > 0);
    if (allowed.length === 0) return null;
    // The app answers it wherever it answers GET.
    return (allowed[0] === "GET" ? ["GET", "HEAD", ...allowed.slice(1)] : allowed).join(", ");
  };
}
