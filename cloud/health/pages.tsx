import { Hono } from "hono";
import { overviewPage } from "../../ui/ui.ts";
import { mayDo, type Scope } from "../accounts/scope.ts";
import type { AppEnv } from "../http/env.ts";
import { type ShowParts, show, showRefusal } from "../http/show.ts";
import type { Health } from "./health.ts";

/** `/`, behind a scope: the whole estate. */
export function overviewPages(parts: ShowParts & { health: Health }): Hono<AppEnv> {
  const { health } = parts;
  return new Hono<AppEnv>().get("/", async (c) => {
    const scope = c.get("scope");
    // Who may not see it begins with what they may see.
    if (!mayDo(scope, "site:read")) return c.redirect(firstPage(scope), 303);
    const wall = await health.wall(scope);
    return wall.ok ? show(c, parts, overviewPage(wall.value)) : showRefusal(c, parts, wall.refusal);
  });
}

function firstPage(scope: Scope): string {
  if (mayDo(scope, "device:read")) return "/devices";
  return mayDo(scope, "gateway:read") ? "/gateways" : "/settings";
}
