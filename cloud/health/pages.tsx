import { type Context, Hono } from "hono";
import { overviewPage } from "../../ui/ui.ts";
import type { Accounts } from "../accounts/accounts.ts";
import { mayDo, type Scope } from "../accounts/scope.ts";
import type { ActivityFeed } from "../activity/activity.ts";
import type { AppEnv } from "../http/env.ts";
import { type ShowParts, show, showRefusal } from "../http/show.ts";
import type { Notifications } from "../notifications/notifications.ts";
import type { Health } from "./health.ts";

type Parts = ShowParts & {
  health: Health;
  activity: ActivityFeed;
  notifications: Pick<Notifications, "inbox">;
  accounts: Pick<Accounts, "tours">;
};

/** Lines of the feed that stand beside the estate. */
const ACTIVITY_SHOWN = 12;
/** Of the reader's inbox. */
const TOLD_SHOWN = 5;

/** `/`, behind a scope: the whole estate; with `?wall` for a screen on a wall. */
export function overviewPages(parts: Parts): Hono<AppEnv> {
  const { health, activity } = parts;
  return new Hono<AppEnv>().get("/", async (c) => {
    const scope = c.get("scope");
    // Who may not see it begins with what they may see.
    if (!mayDo(scope, "site:read")) return c.redirect(firstPage(scope), 303);
    const [seen, lately, told] = await Promise.all([
      health.wall(scope),
      activity.list(scope, { limit: ACTIVITY_SHOWN }),
      parts.notifications.inbox(scope, { limit: TOLD_SHOWN }),
    ]);
    if (!seen.ok) return showRefusal(c, parts, seen.refusal);
    if (!lately.ok) return showRefusal(c, parts, lately.refusal);
    const wall = c.req.query("wall") !== undefined;
    const tour = wall ? null : await tourOf(c, parts.accounts);
    const view = overviewPage({
      ...{ ...seen.value, activity: lately.value.items, tour, wall },
      ...(told.ok ? { told: told.value.items } : {}),
    });
    return show(c, parts, view);
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
