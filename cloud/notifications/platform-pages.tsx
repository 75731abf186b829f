import { type Context, Hono } from "hono";
import { accept, type Refusal, type Result, refuse, refuseField } from "../../protocol/errors.ts";
import { parseJsonObject } from "../../protocol/json.ts";
import { credentialsSchema, type PlatformStatus } from "../../protocol/notifications/push.ts";
import { check } from "../../protocol/validate.ts";
import {
  CREDENTIAL_FIELDS,
  type KeyedPlatform,
  platformPage,
  platformsPage,
  SECRET_FIELDS,
} from "../../ui/ui.ts";
import type { AppEnv } from "../http/env.ts";
import type { FormChecks } from "../http/form-checks.ts";
import { redirectTelling } from "../http/notice-pages.ts";
import { pageNeeds } from "../http/page-needs.ts";
import { formProblem, formStatus, readForm, type ShowParts, show, showRefusal } from "../http/show.ts";
import { readCredentials } from "./credentials.ts";
import { at, type Push } from "./push.ts";

type Parts = ShowParts & { push: Push };
type Form = Record<string, string>;
const HOME = "/settings/push";

export const PLATFORM_CHECKS: FormChecks = {
  platform(form) {
    const { platform = "" } = form;
    if (!isKeyed(platform)) return refuseField("platform", "has no credentials");
    const typed = toInput(platform, form);
    const input = typed.ok ? check(credentialsSchema, typed.value) : typed;
    const read = input.ok ? readCredentials(platform, input.value.credentials) : input;
    if (read.ok) return read;
    const { refusal } = input.ok ? at(read.refusal, "credentials") : read;
    return { ok: false, refusal: atFields(platform, refusal) };
  },
};

/** `/settings/push`, behind a scope: with whose credentials what is sent by. */
export function platformPages(parts: Parts): Hono<AppEnv> {
  const { push } = parts;
  const pages = new Hono<AppEnv>();
  const mayRead = pageNeeds(parts, "notification:read");
  const mayWrite = pageNeeds(parts, "organization:write");

  pages.get("/", mayRead, async (c) => {
    const scope = c.get("scope");
    const [platforms, vapid] = [await push.platforms(scope), await push.vapid(scope)];
    if (!platforms.ok) return showRefusal(c, parts, platforms.refusal);
    const view = platformsPage({ platforms: platforms.value.items, vapid: vapid.ok ? vapid.value : null });
    return show(c, parts, view);
  });
  pages.post("/rotate-vapid", mayWrite, async (c) => {
    const rotated = await push.rotateVapid(c.get("scope"));
    if (!rotated.ok) return showRefusal(c, parts, rotated.refusal);
    return redirectTelling(c, parts, HOME, { kind: "vapid.rotated" });
  });

  pages.get("/:platform", mayRead, (c) => showPlatform(c, parts, {}, null));
  pages.post("/:platform", mayWrite, async (c) => {
    const platform = c.req.param("platform");
    if (!isKeyed(platform)) return unknown(c, parts, platform);
    const form = await readForm(c);
    const typed = toInput(platform, form);
    const input = typed.ok ? check(credentialsSchema, typed.value) : typed;
    const set = input.ok ? await push.setCredentials(c.get("scope"), platform, input.value) : input;
    if (!set.ok) return showPlatform(c, parts, form, set.refusal);
    return redirectTelling(c, parts, HOME, { kind: "platform.saved" });
  });
  // Asked for again by its address alone.
  pages.get("/:platform/forget", (c) => c.redirect(HOME, 303));
  pages.post("/:platform/forget", mayWrite, async (c) => {
    const platform = c.req.param("platform");
    if (!isKeyed(platform)) return unknown(c, parts, platform);
    const removed = await push.removeCredentials(c.get("scope"), platform);
    if (!removed.ok) return showRefusal(c, parts, removed.refusal);
    return redirectTelling(c, parts, HOME, { kind: "platform.forgotten" });
  });
  return pages;
}

const isKeyed = (name: string): name is KeyedPlatform => Object.hasOwn(CREDENTIAL_FIELDS, name);

const unknown = (c: Context<AppEnv>, parts: Parts, platform: string) =>
  showRefusal(c, parts, refuse("record.not-found", platform).refusal);

async function showPlatform(
  c: Context<AppEnv>,
  parts: Parts,
  form: Form,
  refusal: Refusal | null,
): Promise<Response> {
  const platform = c.req.param("platform") ?? "";
  if (!isKeyed(platform)) return unknown(c, parts, platform);
  const all = await parts.push.platforms(c.get("scope"));
  if (!all.ok) return showRefusal(c, parts, all.refusal);
  const status = all.value.items.find((one): one is PlatformStatus => one.platform === platform);
  if (status === undefined) return unknown(c, parts, platform);
  const fields = [...CREDENTIAL_FIELDS[platform], "test"];
  const problem =
    refusal === null ? { errors: [], problem: null } : formProblem(atFields(platform, refusal), fields);
  const view = platformPage({
    ...{ platform, status, ...problem },
    // What is at a field is said there.
    detail: problem.problem === null ? null : (refusal?.detail ?? null),
    values: Object.fromEntries(Object.entries(form).filter(([name]) => !SECRET_FIELDS.has(name))),
  });
  return show(c, parts, view, refusal === null ? 200 : formStatus(refusal));
}

/** What the API complains about, at the field of the form it came from. */
function atFields(platform: KeyedPlatform, refusal: Refusal): Refusal {
  const errors = (refusal.errors ?? []).map(({ path, message }) => {
    const [of = "", field = ""] = path.split(".");
    if (of === "test") return { path: "test", message };
    if (platform !== "fcm") return { path: field, message };
    return { path: "serviceAccount", message: field === "" ? message : `${field}: ${message}` };
  });
  return { ...refusal, errors };
}

/** What the API is asked for the form's values. What is empty is left to the API. */
function toInput(platform: KeyedPlatform, form: Form): Result<Record<string, unknown>> {
  const given = CREDENTIAL_FIELDS[platform].flatMap((field): [string, string][] => {
    // A password may begin or end with a space.
    const text = SECRET_FIELDS.has(field) ? (form[field] ?? "") : (form[field] ?? "").trim();
    return text === "" ? [] : [[field, text]];
  });
  const test = form.test?.trim() ?? "";
  const credentials =
    platform === "fcm" ? readFile(form.serviceAccount ?? "") : accept<object>(Object.fromEntries(given));
  if (!credentials.ok) return credentials;
  return accept({
    credentials: credentials.value,
    ...(test === "" ? {} : { test: { platform, [TESTED_BY[platform]]: test } }),
  });
}

const TESTED_BY: Record<KeyedPlatform, string> = {
  ...{ fcm: "token", apns: "token", wns: "channelUri", mqtt: "topic" },
};

/** The file of a service account. Code: `request.invalid`. */
function readFile(text: string): Result<object> {
  if (text.trim() === "") return refuseField("serviceAccount", "is missing");
  const value = parseJsonObject(text);
  return value.ok ? value : refuseField("serviceAccount", "must be a JSON object");
}
