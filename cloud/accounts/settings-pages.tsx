import { type Context, Hono } from "hono";
import { changePasswordSchema } from "../../protocol/accounts/account.ts";
import {
  acceptInvitationSchema,
  type InvitationMade,
  invitationInputSchema,
  memberPatchSchema,
} from "../../protocol/accounts/member.ts";
import { type Refusal, refuse } from "../../protocol/errors.ts";
import { check } from "../../protocol/validate.ts";
import { invitationPage, membersPage, passwordPage, settingsPage, shortcutsPage } from "../../ui/ui.ts";
import type { AppEnv } from "../http/env.ts";
import { redirectTelling } from "../http/notice-pages.ts";
import {
  formProblem,
  formStatus,
  pageWords,
  readForm,
  type ShowParts,
  show,
  showRefusal,
} from "../http/show.ts";
import type { Accounts } from "./accounts.ts";
import { givable } from "./roles.ts";
import { mayDo } from "./scope.ts";
import { senderOf } from "./sender.ts";

type Parts = ShowParts & { accounts: Accounts };
type Page = Context<AppEnv>;

/** `/settings`, behind a scope: one's own account, and the members of the organisation. */
export function settingsPages(parts: Parts): Hono<AppEnv> {
  const { accounts } = parts;
  const { members, roles, sessions } = accounts;
  const pages = new Hono<AppEnv>();

  pages.get("/", async (c) => {
    const scope = c.get("scope");
    const view = settingsPage({
      me: c.get("me"),
      sessions: await sessions.list(scope.userId, c.get("sessionToken")),
      organizations: await sessions.organizations(scope.userId, scope.organizationId),
    });
    return show(c, parts, view);
  });
  pages.post("/sessions/end-others", async (c) => {
    await sessions.endOthers(c.get("scope"), c.get("sessionToken"));
    return redirectTelling(c, parts, "/settings", { kind: "sessions.ended" });
  });
  pages.post("/sessions/:id/end", async (c) => {
    const ended = await sessions.end(c.get("scope"), c.req.param("id"));
    if (!ended.ok) return showRefusal(c, parts, ended.refusal);
    return redirectTelling(c, parts, "/settings", { kind: "session.ended" });
  });
  pages.post("/organization", async (c) => {
    const { id = "" } = await readForm(c);
    const switched = await sessions.switchTo(c.get("scope").userId, c.get("sessionToken"), id);
    return switched.ok ? c.redirect("/", 303) : showRefusal(c, parts, switched.refusal);
  });

  pages.get("/shortcuts", (c) => show(c, parts, shortcutsPage()));

  pages.get("/password", (c) => {
    const { email } = c.get("me").user;
    return show(c, parts, passwordPage({ email, errors: [], problem: null }));
  });
  pages.post("/password", async (c) => {
    const { current, password } = await readForm(c);
    const input = check(changePasswordSchema, { current, password });
    const by = { scope: c.get("scope"), me: c.get("me"), token: c.get("sessionToken") };
    const changed = input.ok ? await accounts.changePassword(by, input.value) : input;
    if (changed.ok) return redirectTelling(c, parts, "/settings", { kind: "password.changed" });
    const problem = formProblem(changed.refusal, ["current", "password"]);
    const view = passwordPage({ email: by.me.user.email, ...problem });
    return show(c, parts, view, formStatus(changed.refusal));
  });

  const showMembers = async (
    c: Page,
    more: { made?: InvitationMade; refusal?: Refusal; invite?: { email: string; role: string } } = {},
  ) => {
    const scope = c.get("scope");
    const [list, invitations] = [await members.list(scope), await members.invitations(scope)];
    if (!list.ok) return showRefusal(c, parts, list.refusal);
    if (!invitations.ok) return showRefusal(c, parts, invitations.refusal);
    const all = await roles.list(scope);
    if (!all.ok) return showRefusal(c, parts, all.refusal);
    const { refusal } = more;
    const problem =
      refusal === undefined ? { errors: [], problem: null } : formProblem(refusal, ["email", "role"]);
    const view = membersPage({
      organization: c.get("me").organization.name,
      members: list.value.items,
      invitations: invitations.value.items,
      query: { q: c.req.query("q"), role: c.req.query("role") },
      userId: scope.userId,
      mayWrite: mayDo(scope, "member:write"),
      roles: all.value.items,
      given: givable(scope, all.value.items),
      invite: more.invite ?? { email: "", role: "operator" },
      made: more.made ?? null,
      mailed: accounts.mailed,
      ...problem,
    });
    return show(c, parts, view, refusal === undefined ? 200 : formStatus(refusal));
  };
  /** The member an address is about, as they are now. */
  const memberOf = async (c: Page) => {
    const list = await members.list(c.get("scope"));
    return list.ok ? list.value.items.find(({ id }) => id === c.req.param("id")) : undefined;
  };
  pages.get("/members", (c) => showMembers(c));
  // The link is in the answer itself and nowhere else: a redirect would have to carry it in an address.
  pages.post("/members", async (c) => {
    const { email = "", role = "" } = await readForm(c);
    const input = check(invitationInputSchema, { email, role });
    const made = input.ok ? await members.invite(c.get("scope"), input.value, pageWords(c).language) : input;
    if (made.ok) return showMembers(c, { made: made.value });
    return showMembers(c, { refusal: made.refusal, invite: { email, role } });
  });
  pages.post("/members/:id/role", async (c) => {
    const { role } = await readForm(c);
    const input = check(memberPatchSchema, { role });
    const before = await memberOf(c);
    const changed = input.ok
      ? await members.setRole(c.get("scope"), c.req.param("id"), input.value.role)
      : input;
    if (!changed.ok) return showMembers(c, { refusal: changed.refusal });
    const { id, user } = changed.value;
    const told = { kind: "member.role", name: user.name, id, role: before?.role } as const;
    return redirectTelling(c, parts, "/settings/members", told);
  });
  pages.post("/members/:id/remove", async (c) => {
    const before = await memberOf(c);
    const removed = await members.remove(c.get("scope"), c.req.param("id"));
    if (!removed.ok) return showMembers(c, { refusal: removed.refusal });
    const told = { kind: "member.removed", name: before?.user.name ?? "" } as const;
    return redirectTelling(c, parts, "/settings/members", told);
  });
  pages.post("/invitations/:id/withdraw", async (c) => {
    const withdrawn = await members.withdraw(c.get("scope"), c.req.param("id"));
    if (!withdrawn.ok) return showMembers(c, { refusal: withdrawn.refusal });
    return redirectTelling(c, parts, "/settings/members", { kind: "invitation.withdrawn" });
  });
  return pages;
}

/** `/invitation`: where an invitation's link leads, for everybody who has it. */
export function invitationPages(parts: Parts): Hono<AppEnv> {
  const { accounts } = parts;
  const pages = new Hono<AppEnv>();

  const showInvitation = async (c: Page, token: string, name = "", refusal?: Refusal) => {
    const invitation = await accounts.invitation(token);
    if (!invitation.ok) return showRefusal(c, parts, invitation.refusal);
    const identity = await accounts.whoIs(c.req.raw.headers);
    const problem =
      refusal === undefined ? { errors: [], problem: null } : formProblem(refusal, ["name", "password"]);
    const loggedInAs = identity?.me.user.email ?? null;
    const view = invitationPage({ token, invitation: invitation.value, loggedInAs, name, ...problem });
    return show(c, parts, view, refusal === undefined ? 200 : formStatus(refusal));
  };
  pages.get("/", (c) => showInvitation(c, c.req.query("token") ?? ""));
  pages.post("/", async (c) => {
    const { token = "", name, password } = await readForm(c);
    const identity = await accounts.whoIs(c.req.raw.headers);
    const given = identity === null ? { name: name ?? "", password: password ?? "" } : {};
    const input = check(acceptInvitationSchema, { token, ...given });
    const joined = input.ok ? await accounts.acceptInvitation(input.value, identity, senderOf(c)) : input;
    if (!joined.ok) {
      if (joined.refusal.code === "invitation.unknown" || token === "") {
        return showRefusal(
          c,
          parts,
          refuse("invitation.unknown", "no open invitation has this link").refusal,
        );
      }
      return showInvitation(c, token, name, joined.refusal);
    }
    const response = c.redirect("/", 303);
    for (const cookie of joined.value?.headers.getSetCookie() ?? [])
      response.headers.append("set-cookie", cookie);
    return response;
  });
  return pages;
}
