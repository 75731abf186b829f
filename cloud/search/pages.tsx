import { Hono } from "hono";
import { searchQuerySchema } from "../../protocol/search/search.ts";
import { check } from "../../protocol/validate.ts";
import { searchPage } from "../../ui/ui.ts";
import type { AppEnv } from "../http/env.ts";
import { readListQuery, type ShowParts, show, showRefusal } from "../http/show.ts";
import type { Search } from "./search.ts";

/** As many of each kind as an answer may have: the page has the room. */
const SHOWN = "20";

/** `/search`, behind a scope. */
export function searchPages(parts: ShowParts & { search: Search }): Hono<AppEnv> {
  return new Hono<AppEnv>().get("/", async (c) => {
    const scope = c.get("scope");
    const who = `${scope.userId}:${scope.organizationId}`;
    const q = (readListQuery(c).query.q ?? "").trim();
    if (q === "") return show(c, parts, searchPage({ q, found: null, who }));
    const query = check(searchQuerySchema, { q, limit: SHOWN });
    if (!query.ok) return showRefusal(c, parts, query.refusal);
    const found = await parts.search.find(scope, query.value);
    return show(c, parts, searchPage({ q, found, who }));
  });
}
