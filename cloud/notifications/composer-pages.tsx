import { type Context, Hono } from "hono";
import { LIST_LIMIT_MAX } from "../../protocol/api/list.ts";
import { accept, type Refusal } from "../../protocol/errors.ts";
import {
  notificationInputSchema,
  type Preview,
  previewInputSchema,
} from "../../protocol/notifications/notification.ts";
import { check } from "../../protocol/validate.ts";
import { type ComposerValues, composerPage, titleOfRole, zoneOf } from "../../ui/ui.ts";
import type { Accounts } from "../accounts/accounts.ts";
import type { Devices } from "../devices/devices.ts";
import type { AppEnv } from "../http/env.ts";
import { amongDevices, amongSites, amongTexts, findFor } from "../http/found-pages.ts";
import { redirectTelling } from "../http/notice-pages.ts";
import { pageNeeds } from "../http/page-needs.ts";
import { formProblem, formStatus, pageWords, type ShowParts, show } from "../http/show.ts";
import type { Sites } from "../sites/sites.ts";
import { atFields, readComposer, readPreview } from "./composer-input.ts";
import type { Notifications } from "./notifications.ts";

type Parts = ShowParts & {
  notifications: Notifications;
  sites: Sites;
  devices: Devices;
  accounts: Accounts;
};

const EMPTY: ComposerValues = {
  ...{ "message.priority": "normal", fallback: "none", quietHours: "defer", inbox: "true" },
  ...{ "timing.kind": "now", "repeat.kind": "weekdays", "repeat.time": "09:00", "repeat.day": "1" },
  ...{ "repeat.hours": "1", "repeat.minutes": "15" },
};

/** `/notifications/new`, behind a scope. */
export function composerPages(parts: Parts): Hono<AppEnv> {
  const { notifications } = parts;
  const pages = new Hono<AppEnv>();
  const needs = pageNeeds(parts, "notification:send");

  pages.get("/", needs, (c) => {
    const { device = "", devices = device, site = "", filter = "", template = "" } = c.req.query();
    return begin(c, parts, {
      ...{ "targets.devices": devices, "targets.sites": site, "targets.filter": filter, template },
    });
  });
  // Asked for again after a bad form, or by its address alone.
  for (const path of ["/preview", "/targets"]) pages.get(path, (c) => c.redirect("/notifications/new", 303));
  // A list of devices says by the boxes of its rows, or by its filters, which of them are meant.
  pages.post("/targets", needs, async (c) => {
    const { scope = "", id = "", filter = "" } = await readValues(c);
    return begin(c, parts, scope === "all" ? { "targets.filter": filter } : { "targets.devices": id });
  });
  pages.post("/preview", needs, async (c) => {
    const values = await readValues(c);
    const whole = check(notificationInputSchema, readComposer(values, zoneFor(c)));
    const shown = await previewFor(c, parts, values);
    // What is wrong with a form that is still being filled in is what was asked, and no failure.
    return showForm(c, parts, values, shown, whole.ok ? null : whole.refusal, true);
  });
  pages.post("/", needs, async (c) => {
    const values = await readValues(c);
    const input = check(notificationInputSchema, readComposer(values, zoneFor(c)));
    const made = input.ok ? await notifications.create(c.get("scope"), input.value) : input;
    if (!made.ok) return showForm(c, parts, values, null, made.refusal);
    const { id, name, status } = made.value;
    const kind = status === "scheduled" ? "notification.scheduled" : "notification.made";
    return redirectTelling(c, parts, `/notifications/${id}`, { kind, name });
  });
  return pages;
}

/** The form, empty but for what is given, and what that would do. */
async function begin(c: Context<AppEnv>, parts: Parts, given: ComposerValues): Promise<Response> {
  const values = { ...EMPTY, ...given, "timing.timeZone": zoneFor(c) };
  return showForm(c, parts, values, await previewFor(c, parts, values), null);
}

/** What a form would do as far as it is filled in; null where that cannot be said. */
async function previewFor(c: Context<AppEnv>, { notifications }: Parts, values: ComposerValues) {
  const { input, written } = readPreview(values, zoneFor(c));
  const asked = check(previewInputSchema, input);
  const preview = asked.ok ? await notifications.preview(c.get("scope"), asked.value) : asked;
  return preview.ok ? { of: preview.value, written } : null;
}

async function showForm(
  c: Context<AppEnv>,
  parts: Parts,
  values: ComposerValues,
  preview: { of: Preview; written: boolean } | null,
  refusal: Refusal | null,
  filling = false,
): Promise<Response> {
  const { sites, finds, roles, people, templates } = await choicesFor(c, parts, values);
  const problem =
    refusal === null
      ? { errors: [], problem: null }
      : formProblem({ ...refusal, errors: atFields(refusal.errors ?? []) }, Object.keys(values));
  const view = composerPage({
    ...{ values, sites, finds, roles, people, templates, zone: zoneFor(c) },
    ...{ preview: preview?.of ?? null, written: preview?.written ?? false },
    errors: problem.errors,
    problem: filling ? null : problem.problem,
  });
  return show(c, parts, view, refusal === null || filling ? 200 : formStatus(refusal));
}

/** What can be picked; nothing of what the person may not see. */
async function choicesFor(c: Context<AppEnv>, parts: Parts, values: ComposerValues) {
  const { sites, devices, accounts, notifications } = parts;
  const scope = c.get("scope");
  const words = pageWords(c);
  const [places, members, roles, templates] = [
    await sites.brief(scope),
    await accounts.members.list(scope),
    await accounts.roles.list(scope),
    await notifications.templates(scope, { limit: LIST_LIMIT_MAX }),
  ];
  const tags = async () => {
    const choices = await devices.choices(scope);
    return choices.ok ? accept(choices.value.tags) : choices;
  };
  return {
    finds: {
      sites: await findFor(values, "targets.sites", amongSites(sites, scope)),
      tags: await findFor(values, "targets.tags", amongTexts(tags)),
      devices: await findFor(values, "targets.devices", amongDevices(devices, scope)),
    },
    sites: places.ok ? places.value : [],
    people: members.ok
      ? members.value.items.map(({ user }) => ({ id: user.id, name: user.name || user.email }))
      : [],
    roles: roles.ok ? roles.value.items.map((role) => ({ id: role.id, name: titleOfRole(words, role) })) : [],
    templates: templates.ok ? templates.value.items : [],
  };
}

const zoneFor = (c: Context<AppEnv>) => zoneOf(c.req.header("cookie")) ?? "UTC";

/** The fields of the form by name; what was picked several times, with commas. */
async function readValues(c: Context<AppEnv>): Promise<ComposerValues> {
  const body = await c.req.parseBody({ all: true });
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [
      name,
      [value]
        .flat()
        .filter((one) => typeof one === "string")
        .join(","),
    ]),
  );
}
