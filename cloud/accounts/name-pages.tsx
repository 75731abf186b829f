import { type Context, Hono } from "hono";
import {
  mePatchSchema,
  type Organization,
  organizationPatchSchema,
} from "../../protocol/accounts/account.ts";
import type { Refusal } from "../../protocol/errors.ts";
import { check } from "../../protocol/validate.ts";
import { organizationNamePage, ownNamePage } from "../../ui/ui.ts";
import type { AppEnv } from "../http/env.ts";
import { showMerge, versionOfForm } from "../http/merge-pages.ts";
import { redirectTelling } from "../http/notice-pages.ts";
import { pageNeeds } from "../http/page-needs.ts";
import { formProblem, formStatus, pageWords, readForm, type ShowParts, show } from "../http/show.ts";
import { versionOf } from "../http/versions.ts";
import type { Accounts } from "./accounts.ts";
import { organizationFields } from "./names.ts";

type Parts = ShowParts & { accounts: Pick<Accounts, "names"> };

const ORGANIZATION = "/settings/organization/name";
const NO_PROBLEM = { errors: [], problem: null };

/** `/settings/name` and `/settings/organization/name`, behind a scope. */
export function namePages(parts: Parts): Hono<AppEnv> {
  const { names } = parts.accounts;
  const pages = new Hono<AppEnv>();

  pages.get("/name", (c) => show(c, parts, ownNamePage({ name: c.get("me").user.name, ...NO_PROBLEM })));
  pages.post("/name", async (c) => {
    const { name = "" } = await readForm(c);
    const input = check(mePatchSchema, { name });
    if (!input.ok) {
      const view = ownNamePage({ name, ...formProblem(input.refusal, ["name"]) });
      return show(c, parts, view, formStatus(input.refusal));
    }
    const { user } = await names.renameSelf({ scope: c.get("scope"), me: c.get("me") }, input.value.name);
    return redirectTelling(c, parts, "/settings", { kind: "name.saved", name: user.name });
  });

  const showOrganization = async (
    c: Context<AppEnv>,
    typed?: { name: string; version: string; refusal: Refusal },
  ) => {
    // Who may change the name and not read the rest sees it on every page.
    const { organization } = c.get("me");
    const name = typed?.name ?? organization.name;
    const version = typed?.version ?? (await versionOf(organizationFields(organization)));
    const problem = typed === undefined ? NO_PROBLEM : formProblem(typed.refusal, ["name"]);
    const view = organizationNamePage({ name, version, ...problem });
    return show(c, parts, view, typed === undefined ? 200 : formStatus(typed.refusal));
  };
  pages.get("/organization/name", pageNeeds(parts, "organization:write"), (c) => showOrganization(c));
  pages.post("/organization/name", async (c) => {
    const form = await readForm(c);
    const { name = "", version = "" } = form;
    const input = check(organizationPatchSchema, { name });
    if (!input.ok) return showOrganization(c, { name, version, refusal: input.refusal });
    const renamed = await names.renameOrganization(c.get("scope"), input.value.name, versionOfForm(form));
    if (renamed.ok) {
      const told = { kind: "organization.saved", name: renamed.value.name } as const;
      return redirectTelling(c, parts, "/settings", told);
    }
    if (renamed.refusal.code !== "record.changed")
      return showOrganization(c, { name, version, refusal: renamed.refusal });
    const theirs = c.get("me").organization;
    return showNameMerge(c, parts, { yours: input.value.name, version, theirs });
  });
  return pages;
}

/** What the person typed beside what somebody else saved meanwhile. */
function showNameMerge(
  c: Context<AppEnv>,
  parts: Parts,
  { yours, version, theirs }: { yours: string; version: string; theirs: Organization },
): Promise<Response> {
  const { settings } = pageWords(c);
  const fieldsOf = (name: string) => ({ fields: { name }, texts: { name } });
  return showMerge(c, parts, {
    section: "settings",
    crumbs: [{ label: settings.settings, href: "/settings" }, { label: settings.names.organization }],
    record: theirs.name,
    action: ORGANIZATION,
    cancel: ORGANIZATION,
    labels: { name: settings.names.name },
    version,
    yours: fieldsOf(yours),
    theirs: fieldsOf(theirs.name),
  });
}
