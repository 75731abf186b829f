import { Hono } from "hono";
import { jobQueuePage } from "../../ui/ui.ts";
import type { AppEnv } from "../http/env.ts";
import { pageNeeds } from "../http/page-needs.ts";
import { readForm, type ShowParts, show, showRefusal } from "../http/show.ts";
import type { Jobs } from "./jobs.ts";

type Parts = ShowParts & { jobs: Jobs };

/** Jobs that can be put into order on one page. */
const QUEUE_SHOWN = 200;

/** `/jobs/queue`, behind a scope. */
export function jobQueuePages(parts: Parts): Hono<AppEnv> {
  const { jobs } = parts;
  const pages = new Hono<AppEnv>();
  const queue = { open: "true", sort: "position", limit: QUEUE_SHOWN } as const;

  pages.get("/", async (c) => {
    const waiting = await jobs.list(c.get("scope"), queue);
    return waiting.ok
      ? show(c, parts, jobQueuePage({ jobs: waiting.value }))
      : showRefusal(c, parts, waiting.refusal);
  });
  pages.post("/", pageNeeds(parts, "job:write"), async (c) => {
    const scope = c.get("scope");
    const { id = "", to } = await readForm(c);
    const waiting = await jobs.list(scope, queue);
    if (!waiting.ok) return showRefusal(c, parts, waiting.refusal);
    const ids = waiting.value.items.map((job) => job.id);
    const place = ids.indexOf(id);
    const pair = to === "up" ? [ids[place], ids[place - 1]] : [ids[place + 1], ids[place]];
    // One that is over, or at the end already: the page shows how it is.
    const [first, second] = place < 0 ? [] : pair;
    if (first !== undefined && second !== undefined) {
      const moved = await jobs.order(scope, [first, second]);
      if (!moved.ok) return showRefusal(c, parts, moved.refusal);
    }
    return c.redirect("/jobs/queue", 303);
  });
  return pages;
}
