import { Hono, type MiddlewareHandler } from "hono";
import * as v from "valibot";
import {
  changePasswordSchema,
  forgotPasswordSchema,
  loginSchema,
  mePatchSchema,
  meSchema,
  resetPasswordSchema,
  setupSchema,
  setupTokenSchema,
  signupSchema,
} from "../../protocol/accounts/account.ts";
import {
  acceptInvitationSchema,
  invitationTokenSchema,
  invitationViewSchema,
  membershipSchema,
  ownSessionSchema,
} from "../../protocol/accounts/member.ts";
import { accept, type Result } from "../../protocol/errors.ts";
import { noParameters, operation, validated } from "../http/describe.ts";
import type { AppEnv } from "../http/env.ts";
import { answer, problem } from "../http/problem.ts";
import type { Accounts, Session } from "./accounts.ts";
import { senderOf } from "./sender.ts";

const sessionSchema = v.pipe(
  v.object({ ...meSchema.entries, token: v.string() }),
  v.metadata({ ref: "Session" }),
);

/** `/api/v1/auth`. `requireScope` lets in who is logged in. */
export function accountRoutes(accounts: Accounts, requireScope: MiddlewareHandler<AppEnv>): Hono<AppEnv> {
  const tag = "auth";
  const routes = new Hono<AppEnv>();
  const session = (opened: Result<Session>): Result<object> =>
    opened.ok ? { ok: true, value: { ...opened.value.me, token: opened.value.token } } : opened;

  routes.post(
    "/signup",
    operation({
      summary: "Make an account and its organisation",
      tag,
      success: { status: 201, schema: sessionSchema },
      errors: ["request.invalid", "auth.signup-closed", "account.exists"],
      permission: "open",
    }),
    validated("json", signupSchema),
    async (c) => {
      const opened = await accounts.signup(c.req.valid("json"), senderOf(c));
      return withCookies(answer(c, session(opened), 201), opened);
    },
  );
  routes.get(
    "/setup",
    operation({
      summary: "Whether the link that a start prints can still make the first account",
      tag,
      success: { status: 204 },
      errors: ["request.invalid", "setup.unknown"],
      permission: "open",
    }),
    validated("query", v.object({ token: setupTokenSchema })),
    async (c) => {
      const good = await accounts.checkSetup(c.req.valid("query").token);
      return good.ok ? c.body(null, 204) : problem(c, good.refusal);
    },
  );
  routes.post(
    "/setup",
    operation({
      summary: "Make the first account, and its organisation",
      tag,
      success: { status: 201, schema: sessionSchema },
      errors: ["request.invalid", "setup.unknown", "account.exists"],
      permission: "open",
    }),
    validated("json", setupSchema),
    async (c) => {
      const { token, ...input } = c.req.valid("json");
      const opened = await accounts.setUp(token, input, senderOf(c));
      return withCookies(answer(c, session(opened), 201), opened);
    },
  );
  routes.post(
    "/login",
    operation({
      summary: "Log in: sets the session cookie, and gives a bearer token for programs",
      tag,
      success: { status: 200, schema: sessionSchema },
      errors: ["request.invalid", "auth.wrong-credentials", "auth.too-many"],
      permission: "open",
    }),
    validated("json", loginSchema),
    async (c) => {
      const opened = await accounts.login(
        c.req.valid("json"),
        c.env?.clientAddress ?? "unknown",
        c.req.raw.headers,
      );
      return withCookies(answer(c, session(opened)), opened);
    },
  );
  routes.post(
    "/logout",
    operation({ summary: "End this session", permission: "anyone", tag, success: { status: 204 } }),
    requireScope,
    async (c) => {
      const cookies = await accounts.logout(c.req.raw.headers, c.env?.clientAddress ?? "unknown");
      return new Response(null, { status: 204, headers: cookies });
    },
  );
  routes.get(
    "/me",
    operation({ summary: "Who I am", permission: "anyone", tag, success: { status: 200, schema: meSchema } }),
    requireScope,
    (c) => c.json(c.get("me")),
  );
  routes.patch(
    "/me",
    operation({
      summary: "Change what I am called",
      permission: "anyone",
      tag,
      success: { status: 200, schema: meSchema },
      errors: ["request.invalid"],
    }),
    requireScope,
    validated("json", mePatchSchema),
    async (c) => {
      const by = { scope: c.get("scope"), me: c.get("me") };
      return c.json(await accounts.names.renameSelf(by, c.req.valid("json").name));
    },
  );
  routes.post(
    "/forgot-password",
    operation({
      summary: "Send a link to set a new password, if there is such an account",
      tag,
      success: { status: 204 },
      errors: ["request.invalid", "auth.too-many"],
      permission: "open",
    }),
    validated("json", forgotPasswordSchema),
    async (c) => {
      const client = c.env?.clientAddress ?? "unknown";
      return answer(c, await accounts.forgotPassword(c.req.valid("json").email, client), 204);
    },
  );
  routes.post(
    "/reset-password",
    operation({
      summary: "Set a new password with the link's token; ends all sessions",
      tag,
      success: { status: 204 },
      errors: ["request.invalid"],
      permission: "open",
    }),
    validated("json", resetPasswordSchema),
    async (c) => {
      const { token, password } = c.req.valid("json");
      const done = await accounts.resetPassword(token, password);
      return done.ok ? c.body(null, 204) : problem(c, done.refusal);
    },
  );
  routes.post(
    "/password",
    operation({
      summary: "Change my password, with the one I have; ends all my other sessions",
      tag,
      permission: "anyone",
      success: { status: 204 },
      errors: ["request.invalid", "auth.too-many"],
    }),
    requireScope,
    validated("json", changePasswordSchema),
    async (c) => {
      const by = { scope: c.get("scope"), me: c.get("me"), token: c.get("sessionToken") };
      const changed = await accounts.changePassword(by, c.req.valid("json"));
      return withRetryAfter(answer(c, changed, 204), changed);
    },
  );
  routes.get(
    "/invitation",
    operation({
      summary: "What an invitation's link is for",
      tag,
      success: { status: 200, schema: invitationViewSchema },
      errors: ["request.invalid", "invitation.unknown"],
      permission: "open",
    }),
    validated("query", v.object({ token: invitationTokenSchema })),
    async (c) => answer(c, await accounts.invitation(c.req.valid("query").token)),
  );
  routes.post(
    "/accept-invitation",
    operation({
      summary: "Join by an invitation: with name and password, or logged in as the person invited",
      tag,
      success: { status: 200, schema: v.union([sessionSchema, meSchema]) },
      errors: ["request.invalid", "invitation.unknown", "auth.required", "auth.forbidden"],
      permission: "open",
    }),
    validated("json", acceptInvitationSchema),
    async (c) => {
      const { headers } = c.req.raw;
      const joined = await accounts.acceptInvitation(
        c.req.valid("json"),
        await accounts.whoIs(headers),
        senderOf(c),
      );
      if (!joined.ok) return problem(c, joined.refusal);
      if (joined.value === null) return c.json((await accounts.whoIs(headers))?.me);
      const opened = accept(joined.value);
      return withCookies(answer(c, session(opened)), opened);
    },
  );
  routes.get(
    "/sessions",
    operation({
      summary: "My sessions, the one used last first",
      permission: "anyone",
      tag,
      success: { status: 200, schema: v.object({ items: v.array(ownSessionSchema) }) },
      errors: ["request.invalid"],
    }),
    requireScope,
    noParameters(),
    async (c) =>
      c.json({ items: await accounts.sessions.list(c.get("scope").userId, c.get("sessionToken")) }),
  );
  routes.delete(
    "/sessions",
    operation({
      summary: "End all my sessions but this one",
      permission: "anyone",
      tag,
      success: { status: 200, schema: v.object({ ended: v.pipe(v.number(), v.integer()) }) },
    }),
    requireScope,
    async (c) => c.json({ ended: await accounts.sessions.endOthers(c.get("scope"), c.get("sessionToken")) }),
  );
  routes.delete(
    "/sessions/:id",
    operation({
      summary: "End one of my sessions",
      permission: "anyone",
      tag,
      success: { status: 204 },
      errors: ["record.not-found"],
    }),
    requireScope,
    validated("param", v.object({ id: v.string() })),
    async (c) => answer(c, await accounts.sessions.end(c.get("scope"), c.req.valid("param").id), 204),
  );
  routes.get(
    "/tour",
    operation({
      summary: "Whether I have seen the first tour of the dashboard, or did not want to",
      permission: "anyone",
      tag,
      success: { status: 200, schema: v.object({ seen: v.boolean() }) },
    }),
    requireScope,
    async (c) => c.json({ seen: await accounts.tours.seen(c.get("scope").userId) }),
  );
  routes.put(
    "/tour",
    operation({
      summary: "I have seen the first tour: offer it no more",
      permission: "anyone",
      tag,
      success: { status: 204 },
    }),
    requireScope,
    async (c) => {
      await accounts.tours.end(c.get("scope").userId);
      return c.body(null, 204);
    },
  );
  routes.get(
    "/organizations",
    operation({
      summary: "Organisations I belong to",
      permission: "anyone",
      tag,
      success: { status: 200, schema: v.object({ items: v.array(membershipSchema) }) },
      errors: ["request.invalid"],
    }),
    requireScope,
    noParameters(),
    async (c) => {
      const { userId, organizationId } = c.get("scope");
      return c.json({ items: await accounts.sessions.organizations(userId, organizationId) });
    },
  );
  routes.post(
    "/organization",
    operation({
      summary: "Work in another of my organisations from now on",
      permission: "anyone",
      tag,
      success: { status: 204 },
      errors: ["request.invalid", "record.not-found"],
    }),
    requireScope,
    validated("json", v.strictObject({ id: v.string() })),
    async (c) => {
      const { userId } = c.get("scope");
      const switched = await accounts.sessions.switchTo(
        userId,
        c.get("sessionToken"),
        c.req.valid("json").id,
      );
      return answer(c, switched, 204);
    },
  );
  return routes;
}

function withCookies(response: Response, opened: Result<Session>): Response {
  if (!opened.ok) return withRetryAfter(response, opened);
  for (const cookie of opened.value.headers.getSetCookie()) response.headers.append("set-cookie", cookie);
  return response;
}

/** Who guessed too often is told when to come again. */
function withRetryAfter(response: Response, result: Result<unknown>): Response {
  if (!result.ok && result.refusal.code === "auth.too-many")
    response.headers.set("retry-after", /(\d+) s$/.exec(result.refusal.detail)?.[1] ?? "60");
  return response;
}
