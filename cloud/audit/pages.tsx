import { Hono } from "hono";
import { auditQuerySchema } from "../../protocol/audit/audit.ts";
import { check } from "../../protocol/validate.ts";
import { auditPage } from "../../ui/ui.ts";
import type { AppEnv } from "../http/env.ts";
import { readListQuery, type ShowParts, show, showRefusal } from "../http/show.ts";
import type { Audit } from "./audit.ts";

/** `/settings/audit`, behind a scope. */
export function auditPages(parts: ShowParts & { audit: Audit }): Hono<AppEnv> {
  return new Hono<AppEnv>().get("/", async (c) => {
    const { query: given, after } = readListQuery(c);
    const query = check(auditQuerySchema, given);
    if (!query.ok) return showRefusal(c, parts, query.refusal);
    const found = await parts.audit.list(c.get("scope"), query.value);
    if (!found.ok) return showRefusal(c, parts, found.refusal);
    return show(c, parts, auditPage({ entries: found.value, query: query.value, after }));
  });
}
