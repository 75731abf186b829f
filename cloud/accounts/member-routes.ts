import { Hono } from "hono";
import * as v from "valibot";
import {
  invitationInputSchema,
  invitationMadeSchema,
  invitationSchema,
  memberPatchSchema,
  memberSchema,
} from "../../protocol/accounts/member.ts";
import { noParameters, operation, validated } from "../http/describe.ts";
import type { AppEnv } from "../http/env.ts";
import { answer } from "../http/problem.ts";
import type { Members } from "./members.ts";

const idParam = v.object({ id: v.pipe(v.string(), v.maxLength(100)) });

/** `/api/v1/members` and `/api/v1/invitations`, behind a scope. */
export function memberRoutes(members: Members): { members: Hono<AppEnv>; invitations: Hono<AppEnv> } {
  return { members: membersOnly(members), invitations: invitationsOnly(members) };
}

function membersOnly(members: Members): Hono<AppEnv> {
  const tag = "members";
  const routes = new Hono<AppEnv>();
  routes.get(
    "/",
    operation({
      summary: "Members of the organisation",
      permission: "member:read",
      tag,
      success: { status: 200, schema: v.object({ items: v.array(memberSchema) }) },
      errors: ["request.invalid"],
    }),
    noParameters(),
    async (c) => answer(c, await members.list(c.get("scope"))),
  );
  routes.patch(
    "/:id",
    operation({
      summary: "Give a member another role",
      permission: "member:write",
      tag,
      success: { status: 200, schema: memberSchema },
      errors: ["request.invalid", "record.not-found", "organization.last-owner"],
    }),
    validated("param", idParam),
    validated("json", memberPatchSchema),
    async (c) =>
      answer(c, await members.setRole(c.get("scope"), c.req.valid("param").id, c.req.valid("json").role)),
  );
  routes.delete(
    "/:id",
    operation({
      summary: "Remove a member, and end their sessions",
      permission: "member:write",
      tag,
      success: { status: 204 },
      errors: ["record.not-found", "organization.last-owner"],
    }),
    validated("param", idParam),
    async (c) => answer(c, await members.remove(c.get("scope"), c.req.valid("param").id), 204),
  );
  return routes;
}

function invitationsOnly(members: Members): Hono<AppEnv> {
  const tag = "members";
  const routes = new Hono<AppEnv>();
  routes.get(
    "/",
    operation({
      summary: "Invitations that are open",
      permission: "member:read",
      tag,
      success: { status: 200, schema: v.object({ items: v.array(invitationSchema) }) },
      errors: ["request.invalid"],
    }),
    noParameters(),
    async (c) => answer(c, await members.invitations(c.get("scope"))),
  );
  routes.post(
    "/",
    operation({
      summary: "Invite somebody by email; an open invitation of theirs is withdrawn",
      permission: "member:write",
      tag,
      success: { status: 201, schema: invitationMadeSchema, at: "/api/v1/invitations/{id}" },
      errors: ["request.invalid", "record.conflict"],
    }),
    validated("json", invitationInputSchema),
    async (c) => answer(c, await members.invite(c.get("scope"), c.req.valid("json")), 201),
  );
  routes.delete(
    "/:id",
    operation({
      summary: "Withdraw an invitation",
      permission: "member:write",
      tag,
      success: { status: 204 },
      errors: ["record.not-found"],
    }),
    validated("param", idParam),
    async (c) => answer(c, await members.withdraw(c.get("scope"), c.req.valid("param").id), 204),
  );
  return routes;
}
