import { type Context, Hono } from "hono";
import { overviewPage } from "../../ui/ui.ts";
import type { Accounts } from "../accounts/accounts.ts";
import { mayDo, type Scope } from "../accounts/scope.ts";
import type { AppEnv } from "../http/env.ts";
import { type ShowParts, show, showRefusal } from "../http/show.ts";
import type { Health } from "./health.ts";

type Parts = ShowParts & { health: Health; accounts: Pick<Accounts, "tours"> };

/** `/`, behind a scope: the whole estate. */
export function overviewPages(parts: Parts): Hono<AppEnv> {
  const { health } = parts;
  return new Hono<AppEnv>().get("/", async (c) => {
    const scope = c.get("scope");
    // Who may not see it begins with what they may see.
    if (!mayDo(scope, "site:read")) return c.redirect(firstPage(scope), 303);
    const wall = await health.wall(scope);
    if (!wall.ok) return showRefusal(c, parts, wall.refusal);
    return show(c, parts, overviewPage({ ...wall.value, tour: await tourOf(c, parts.accounts) }));
  });
}

/** `?tour` asks for it; else it is offered until it was seen. */
async function tourOf(
  c: Context<AppEnv>,
  { tours }: Pick<Accounts, "tours">,
): Promise<"once" | "offer" | null> {
  if (c.req.query("tour") !== undefined) return "once";
  return (await tours.seen(c.get("scope").userId)) ? null : "offer";
}

function firstPage(scope: Scope): string {
  if (mayDo(scope, "device:read")) return "/devices";
  return mayDo(scope, "gateway:read") ? "/gateways" : "/settings";
}
