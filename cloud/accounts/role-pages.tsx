import { type Context, Hono } from "hono";
import { type Role, type RoleInput, roleInputSchema } from "../../protocol/accounts/role.ts";
import { type Refusal, refuse } from "../../protocol/errors.ts";
import { check } from "../../protocol/validate.ts";
import { type RoleFormValues, roleFormPage, rolesPage } from "../../ui/ui.ts";
import type { AppEnv } from "../http/env.ts";
import { showMerge, versionOfForm } from "../http/merge-pages.ts";
import { redirectTelling } from "../http/notice-pages.ts";
import { formProblem, formStatus, pageWords, type ShowParts, show, showRefusal } from "../http/show.ts";
import { versionOf } from "../http/versions.ts";
import type { Accounts } from "./accounts.ts";
import { roleFields } from "./custom-roles.ts";
import { givable, refuseBeyond } from "./roles.ts";
import { mayDo } from "./scope.ts";

type Parts = ShowParts & { accounts: Accounts };
type Page = Context<AppEnv>;

const FIELDS = ["name", "description", "permissions"];
const EMPTY: RoleFormValues = { name: "", description: "", permissions: [] };
const PATH = "/settings/roles";

/** `/settings/roles`, behind a scope. */
export function rolePages(parts: Parts): Hono<AppEnv> {
  const { roles } = parts.accounts;
  const pages = new Hono<AppEnv>();
  /** The role an address is about, or the answer that there is none to be shown. */
  const roleOf = (c: Page) => roles.get(c.get("scope"), c.req.param("id") ?? "");

  const showRoles = async (c: Page, refusal?: Refusal) => {
    const scope = c.get("scope");
    const list = await roles.list(scope);
    if (!list.ok) return showRefusal(c, parts, list.refusal);
    const view = rolesPage({
      organization: c.get("me").organization.name,
      roles: list.value.items,
      givable: givable(scope, list.value.items).map(({ id }) => id),
      mayWrite: mayDo(scope, "member:write"),
      ownRole: scope.role,
      problem: refusal === undefined ? null : problemOf(refusal),
    });
    return show(c, parts, view, refusal === undefined ? 200 : formStatus(refusal));
  };
  const showForm = async (
    c: Page,
    form: { role?: Role; copied?: Role; values: RoleFormValues; version?: string; refusal?: Refusal },
  ) => {
    const { refusal } = form;
    const problem = refusal === undefined ? { errors: [], problem: null } : formProblem(refusal, FIELDS);
    const view = roleFormPage({
      role: form.role ?? null,
      copied: form.copied ?? null,
      values: form.values,
      version: form.version ?? null,
      mine: c.get("scope").permissions,
      ...problem,
    });
    return show(c, parts, view, refusal === undefined ? 200 : formStatus(refusal));
  };

  pages.get("/", (c) => showRoles(c));
  pages.get("/new", async (c) => {
    if (!mayDo(c.get("scope"), "member:write")) return showRefusal(c, parts, notAllowed());
    const from = c.req.query("from");
    if (from === undefined) return showForm(c, { values: EMPTY });
    const copied = await roles.get(c.get("scope"), from);
    if (!copied.ok) return showRefusal(c, parts, copied.refusal);
    const { description, permissions, builtIn } = copied.value;
    const values = { name: "", description: builtIn ? "" : description, permissions };
    return showForm(c, { values, copied: copied.value });
  });
  pages.post("/new", async (c) => {
    const { values } = await readRoleForm(c);
    const input = check(roleInputSchema, values);
    const made = input.ok ? await roles.create(c.get("scope"), input.value) : input;
    if (!made.ok) return showForm(c, { values, refusal: made.refusal });
    return redirectTelling(c, parts, PATH, { kind: "role.created", name: made.value.name });
  });
  pages.get("/:id/edit", async (c) => {
    const role = await roleOf(c);
    if (!role.ok) return showRefusal(c, parts, role.refusal);
    if (role.value.builtIn) return showRefusal(c, parts, builtIn(role.value));
    const scope = c.get("scope");
    if (!mayDo(scope, "member:write")) return showRefusal(c, parts, notAllowed());
    const beyond = refuseBeyond(scope, role.value.permissions, "permissions");
    if (beyond !== null) return showRefusal(c, parts, beyond.refusal);
    const version = await versionOf(roleFields(role.value));
    return showForm(c, { role: role.value, values: role.value, version });
  });
  pages.post("/:id/edit", async (c) => {
    const role = await roleOf(c);
    if (!role.ok) return showRefusal(c, parts, role.refusal);
    const { values, version = "" } = await readRoleForm(c);
    const input = check(roleInputSchema, values);
    if (!input.ok) return showForm(c, { role: role.value, values, version, refusal: input.refusal });
    const changed = await roles.change(
      c.get("scope"),
      role.value.id,
      input.value,
      versionOfForm({ version }),
    );
    if (changed.ok) return redirectTelling(c, parts, PATH, { kind: "role.saved", name: changed.value.name });
    if (changed.refusal.code === "record.changed")
      return showRoleMerge(c, parts, role.value, input.value, version);
    return showForm(c, { role: role.value, values, version, refusal: changed.refusal });
  });
  pages.post("/:id/remove", async (c) => {
    const role = await roleOf(c);
    if (!role.ok) return showRefusal(c, parts, role.refusal);
    const removed = await roles.remove(c.get("scope"), role.value.id);
    if (!removed.ok) return showRoles(c, removed.refusal);
    return redirectTelling(c, parts, PATH, { kind: "role.removed", name: role.value.name });
  });
  return pages;
}

const notAllowed = () =>
  refuse("auth.forbidden", "member:write is not among the permissions of your role").refusal;
const builtIn = ({ id }: Role) => refuse("role.built-in", `${id} is built in`).refusal;

/** A role that is carried names its carriers at two fields, which are none of a form. */
function problemOf(refusal: Refusal) {
  const at = (path: string) => refusal.errors?.find((error) => error.path === path)?.message;
  const { title, text } = formProblem({ ...refusal, errors: [] }, []).problem ?? { title: "", text: "" };
  return { title, text, code: refusal.code, members: at("members"), invitations: at("invitations") };
}

/** Boxes that are ticked come one by one; a choice between two versions brings them in one text, with commas. */
async function readRoleForm(c: Page): Promise<{ values: RoleFormValues; version?: string }> {
  const form = await c.req.parseBody({ all: true });
  const texts = (name: string) => [form[name] ?? []].flat().filter((value) => typeof value === "string");
  const [version] = texts("version");
  const values = {
    name: texts("name").join(),
    description: texts("description").join(),
    permissions: texts("permissions")
      .flatMap((text) => text.split(","))
      .map((permission) => permission.trim())
      .filter((permission) => permission !== ""),
  };
  return version === undefined ? { values } : { values, version };
}

async function showRoleMerge(
  c: Page,
  parts: Parts,
  theirs: Role,
  yours: RoleInput,
  version: string,
): Promise<Response> {
  const { roles: text } = pageWords(c);
  const textsOf = ({ name, description, permissions }: RoleInput) => ({
    ...{ name, description },
    permissions: permissions.join(", "),
  });
  return showMerge(c, parts, {
    section: "settings",
    crumbs: [
      { label: text.settings, href: "/settings" },
      { label: text.roles, href: PATH },
      { label: text.editOf(theirs.name) },
    ],
    record: theirs.name,
    action: `${PATH}/${theirs.id}/edit`,
    cancel: PATH,
    labels: { name: text.name, description: text.description, permissions: text.what },
    version,
    yours: { fields: roleFields(yours), texts: textsOf(yours) },
    theirs: { fields: roleFields(theirs), texts: textsOf(theirs) },
  });
}
