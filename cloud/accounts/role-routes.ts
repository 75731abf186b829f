import { Hono } from "hono";
import * as v from "valibot";
import { roleInputSchema, roleSchema } from "../../protocol/accounts/role.ts";
import { noParameters, operation, validated } from "../http/describe.ts";
import type { AppEnv } from "../http/env.ts";
import { answer } from "../http/problem.ts";
import { answerVersioned, readIfMatch } from "../http/versions.ts";
import { type Roles, roleFields } from "./custom-roles.ts";

const idParam = v.object({ id: v.pipe(v.string(), v.maxLength(100)) });

/** `/api/v1/organization/roles`, behind a scope. */
export function roleRoutes(roles: Roles): Hono<AppEnv> {
  const tag = "roles";
  const routes = new Hono<AppEnv>();
  const one = { status: 200, schema: roleSchema } as const;
  routes.get(
    "/",
    operation({
      summary: "Roles, the built-in ones first, and how many carry each",
      permission: "member:read",
      tag,
      success: { status: 200, schema: v.object({ items: v.array(roleSchema) }) },
      errors: ["request.invalid"],
    }),
    noParameters(),
    async (c) => answer(c, await roles.list(c.get("scope"))),
  );
  routes.post(
    "/",
    operation({
      summary: "Make a role of permissions that one has oneself",
      permission: "member:write",
      tag,
      success: { status: 201, schema: roleSchema, at: "/api/v1/organization/roles/{id}" },
      errors: ["request.invalid", "record.conflict"],
    }),
    validated("json", roleInputSchema),
    async (c) => answer(c, await roles.create(c.get("scope"), c.req.valid("json")), 201),
  );
  routes.get(
    "/:id",
    operation({
      summary: "One role",
      permission: "member:read",
      tag,
      success: one,
      version: "given",
      errors: ["record.not-found"],
    }),
    validated("param", idParam),
    async (c) => answerVersioned(c, await roles.get(c.get("scope"), c.req.valid("param").id), roleFields),
  );
  routes.put(
    "/:id",
    operation({
      summary: "Change a role; whoever carries it may do what it says from then on",
      permission: "member:write",
      tag,
      success: one,
      version: "checked",
      errors: ["request.invalid", "record.not-found", "record.conflict", "role.built-in"],
    }),
    validated("param", idParam),
    validated("json", roleInputSchema),
    async (c) => {
      const { id } = c.req.valid("param");
      const changed = await roles.change(c.get("scope"), id, c.req.valid("json"), readIfMatch(c));
      return answerVersioned(c, changed, roleFields);
    },
  );
  routes.delete(
    "/:id",
    operation({
      summary: "Delete a role that no member and no open invitation carries",
      permission: "member:write",
      tag,
      success: { status: 204 },
      version: "checked",
      errors: ["record.not-found", "role.built-in", "role.in-use"],
    }),
    validated("param", idParam),
    async (c) => answer(c, await roles.remove(c.get("scope"), c.req.valid("param").id, readIfMatch(c)), 204),
  );
  return routes;
}
