import { Hono } from "hono";
import { organizationPatchSchema, organizationSchema } from "../../protocol/accounts/account.ts";
import { noParameters, operation, validated } from "../http/describe.ts";
import type { AppEnv } from "../http/env.ts";
import { answerVersioned, readIfMatch } from "../http/versions.ts";
import { type Names, organizationFields } from "./names.ts";

/** `/api/v1/organization`, behind a scope: the organisation one works in. */
export function organizationRoutes(names: Names): Hono<AppEnv> {
  const tag = "organization";
  const routes = new Hono<AppEnv>();
  const success = { status: 200, schema: organizationSchema } as const;
  routes.get(
    "/",
    operation({
      summary: "The organisation I work in",
      permission: "organization:read",
      tag,
      success,
      version: "given",
      errors: ["request.invalid"],
    }),
    noParameters(),
    async (c) => answerVersioned(c, await names.organization(c.get("scope")), organizationFields),
  );
  routes.patch(
    "/",
    operation({
      summary: "Give the organisation another name",
      permission: "organization:write",
      tag,
      success,
      version: "checked",
      errors: ["request.invalid"],
    }),
    validated("json", organizationPatchSchema),
    async (c) => {
      const { name } = c.req.valid("json");
      const renamed = await names.renameOrganization(c.get("scope"), name, readIfMatch(c));
      return answerVersioned(c, renamed, organizationFields);
    },
  );
  return routes;
}
