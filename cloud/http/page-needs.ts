import type { MiddlewareHandler } from "hono";
import type { Permission } from "../../protocol/accounts/permissions.ts";
import { refuse } from "../../protocol/errors.ts";
import { mayDo } from "../accounts/scope.ts";
import type { AppEnv } from "./env.ts";
import { type ShowParts, showRefusal } from "./show.ts";

/** Forms are shown to those who may send them; to others it says why not, before they have typed anything. */
export function pageNeeds(parts: ShowParts, permission: Permission): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    if (mayDo(c.get("scope"), permission)) return next();
    const detail = `${permission} is not among the permissions of your role`;
    return showRefusal(c, parts, refuse("auth.forbidden", detail).refusal);
  };
}
