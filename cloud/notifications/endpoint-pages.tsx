import { type Context, Hono } from "hono";
import { refuse } from "../../protocol/errors.ts";
import { endpointPatchSchema } from "../../protocol/notifications/endpoint.ts";
import { check } from "../../protocol/validate.ts";
import { type EndpointsProps, endpointsPage } from "../../ui/ui.ts";
import type { AppEnv } from "../http/env.ts";
import { redirectTelling } from "../http/notice-pages.ts";
import { readForm, type ShowParts, show, showRefusal } from "../http/show.ts";
import type { Push } from "./push.ts";

type Parts = ShowParts & { push: Push };
const HOME = "/settings/notifications";

/** `/settings/notifications`, behind a scope: where oneself is reached. */
export function endpointPages(parts: Parts): Hono<AppEnv> {
  const { push } = parts;
  const pages = new Hono<AppEnv>();

  pages.get("/", (c) => showEndpoints(c, parts, null));
  // Asked for again after a test that was not taken.
  pages.get("/:id/test", (c) => c.redirect(HOME, 303));
  pages.post("/:id/test", async (c) => {
    const tested = await push.testOwn(c.get("scope"), c.req.param("id"));
    if (!tested.ok) return showRefusal(c, parts, tested.refusal);
    const { result } = tested.value;
    if (result.outcome !== "sent")
      return showEndpoints(c, parts, { reason: result.reason, gone: result.outcome === "gone" });
    return redirectTelling(c, parts, HOME, { kind: "endpoint.tested" });
  });
  pages.post("/:id/rename", async (c) => {
    const { label } = await readForm(c);
    const input = check(endpointPatchSchema, { label });
    const renamed = input.ok ? await push.rename(c.get("scope"), c.req.param("id"), input.value) : input;
    if (!renamed.ok) return showRefusal(c, parts, renamed.refusal);
    return redirectTelling(c, parts, HOME, { kind: "endpoint.renamed", name: renamed.value.label });
  });
  pages.post("/:id/remove", async (c) => {
    const [scope, id] = [c.get("scope"), c.req.param("id")];
    const own = await push.endpoints(scope, {});
    if (!own.ok) return showRefusal(c, parts, own.refusal);
    const removed = own.value.items.some((one) => one.id === id)
      ? await push.unsubscribe(scope, id)
      : refuse("record.not-found", `endpoint ${id}`);
    if (!removed.ok) return showRefusal(c, parts, removed.refusal);
    return redirectTelling(c, parts, HOME, { kind: "endpoint.removed" });
  });
  return pages;
}

async function showEndpoints(
  c: Context<AppEnv>,
  parts: Parts,
  failed: EndpointsProps["failed"],
): Promise<Response> {
  const found = await parts.push.endpoints(c.get("scope"), {});
  if (!found.ok) return showRefusal(c, parts, found.refusal);
  const view = endpointsPage({
    endpoints: found.value.items,
    organizationId: c.get("scope").organizationId,
    userAgent: c.req.header("user-agent") ?? null,
    failed,
  });
  return show(c, parts, view, failed === null ? 200 : 422);
}
