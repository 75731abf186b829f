import { type Context, Hono } from "hono";
import { type Refusal, refuse } from "../../protocol/errors.ts";
import { endpointPatchSchema } from "../../protocol/notifications/endpoint.ts";
import { notificationSettingsSchema } from "../../protocol/notifications/inbox.ts";
import { topicParam } from "../../protocol/notifications/targets.ts";
import { check } from "../../protocol/validate.ts";
import {
  type EndpointsProps,
  endpointsPage,
  type SettingsValues,
  settingsValues,
  zoneOf,
} from "../../ui/ui.ts";
import type { AppEnv } from "../http/env.ts";
import type { FormChecks } from "../http/form-checks.ts";
import { redirectTelling } from "../http/notice-pages.ts";
import { formProblem, readForm, type ShowParts, show, showRefusal } from "../http/show.ts";
import type { Notifications } from "./notifications.ts";
import type { Push } from "./push.ts";

type Parts = ShowParts & { push: Push; notifications: Notifications };
const HOME = "/settings/notifications";

export const NOTIFICATION_SETTINGS_CHECKS: FormChecks = {
  "notification-settings": (form) => {
    const read = readSettings(form);
    return read.ok ? read : { ...read, refusal: atFields(read.refusal) };
  },
};

/** `/settings/notifications`, behind a scope: where oneself is reached. */
export function endpointPages(parts: Parts): Hono<AppEnv> {
  const { push, notifications } = parts;
  const pages = new Hono<AppEnv>();

  pages.get("/", (c) => showEndpoints(c, parts, {}));
  pages.post("/", async (c) => {
    const form = await readForm(c);
    const { from = "", to = "", timeZone = "", language = "", email = "" } = form;
    const input = readSettings(form);
    const saved = input.ok ? await notifications.changeSettings(c.get("scope"), input.value) : input;
    if (saved.ok) return redirectTelling(c, parts, HOME, { kind: "notification-settings.saved" });
    const values = { from, to, timeZone, language, email };
    return showEndpoints(c, parts, { settings: { values, refusal: saved.refusal } });
  });
  pages.get("/topics", (c) => c.redirect(HOME, 303));
  pages.post("/topics", async (c) => {
    const { topic, subscribe } = await readForm(c);
    const input = check(topicParam, { topic });
    if (!input.ok) return showRefusal(c, parts, input.refusal);
    const change = subscribe === "true" ? notifications.subscribeTopic : notifications.unsubscribeTopic;
    const done = await change(c.get("scope"), input.value.topic);
    if (!done.ok) return showRefusal(c, parts, done.refusal);
    return redirectTelling(c, parts, HOME, { kind: "notification-settings.saved" });
  });
  // Asked for again after a test that was not taken.
  pages.get("/:id/test", (c) => c.redirect(HOME, 303));
  pages.post("/:id/test", async (c) => {
    const tested = await push.testOwn(c.get("scope"), c.req.param("id"));
    if (!tested.ok) return showRefusal(c, parts, tested.refusal);
    const { result } = tested.value;
    if (result.outcome !== "sent")
      return showEndpoints(c, parts, { failed: { reason: result.reason, gone: result.outcome === "gone" } });
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

function readSettings(form: Readonly<Record<string, string>>) {
  const { from = "", to = "", timeZone = "", language = "", email = "" } = form;
  return check(notificationSettingsSchema, {
    quietHours: from + to === "" ? null : { from, to, timeZone },
    language: language === "" ? null : language,
    email: email !== "false",
  });
}

interface More {
  failed?: NonNullable<EndpointsProps["failed"]>;
  /** What was typed, and what is wrong with it. */
  settings?: { values: SettingsValues; refusal: Refusal };
}

async function showEndpoints(
  c: Context<AppEnv>,
  parts: Parts,
  { failed, settings: typed }: More,
): Promise<Response> {
  const scope = c.get("scope");
  const found = await parts.push.endpoints(scope, {});
  if (!found.ok) return showRefusal(c, parts, found.refusal);
  const [settings, topics] = [
    await parts.notifications.settings(scope),
    await parts.notifications.topics(scope),
  ];
  if (!settings.ok) return showRefusal(c, parts, settings.refusal);
  if (!topics.ok) return showRefusal(c, parts, topics.refusal);
  const zone = zoneOf(c.req.header("cookie")) ?? "UTC";
  const problem =
    typed === undefined
      ? { errors: [], problem: null }
      : formProblem(atFields(typed.refusal), Object.keys(typed.values));
  const view = endpointsPage({
    endpoints: found.value.items,
    organizationId: scope.organizationId,
    userAgent: c.req.header("user-agent") ?? null,
    failed: failed ?? null,
    settings: {
      values: typed?.values ?? settingsValues(settings.value, zone),
      topics: topics.value.items,
      ...problem,
    },
  });
  return show(c, parts, view, failed === undefined && typed === undefined ? 200 : 422);
}

/** What is wrong with both hours together is told at the first. */
function atFields(refusal: Refusal): Refusal {
  const errors = (refusal.errors ?? []).map(({ path, message }) => ({
    path: path === "quietHours" ? "from" : path.replace("quietHours.", ""),
    message,
  }));
  return { ...refusal, errors };
}
