import { Hono } from "hono";
import { recordIdParam } from "../../../protocol/accounts/account.ts";
import { pageSchema } from "../../../protocol/api/list.ts";
import {
  templateInputSchema,
  templateQuerySchema,
  templateSchema,
} from "../../../protocol/notifications/template.ts";
import { operation, validated } from "../../http/describe.ts";
import type { AppEnv } from "../../http/env.ts";
import { answer } from "../../http/problem.ts";
import type { Notifications } from "../notifying.ts";
import { READS, SENDS } from "../route-heads.ts";

/** `/api/v1/notifications/templates`, behind a scope. */
export function templateRoutes(notifications: Notifications): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();

  routes.get(
    "/",
    operation({
      ...READS,
      summary: "List templates",
      success: { status: 200, schema: pageSchema(templateSchema) },
      errors: ["request.invalid"],
    }),
    validated("query", templateQuerySchema),
    async (c) => answer(c, await notifications.templates(c.get("scope"), c.req.valid("query"))),
  );
  routes.post(
    "/",
    operation({
      ...SENDS,
      summary: "Make a template: a message in several languages, with places to be filled",
      success: { status: 201, schema: templateSchema, at: "/api/v1/notifications/templates/{id}" },
      errors: ["request.invalid", "record.conflict"],
    }),
    validated("json", templateInputSchema),
    async (c) => answer(c, await notifications.createTemplate(c.get("scope"), c.req.valid("json")), 201),
  );
  routes.get(
    "/:id",
    operation({
      ...READS,
      summary: "Read a template",
      success: { status: 200, schema: templateSchema },
      errors: ["record.not-found"],
    }),
    validated("param", recordIdParam),
    async (c) => answer(c, await notifications.template(c.get("scope"), c.req.valid("param").id)),
  );
  routes.put(
    "/:id",
    operation({
      ...SENDS,
      summary: "Change a template; what was made from it stays as it is",
      success: { status: 200, schema: templateSchema },
      errors: ["request.invalid", "record.not-found", "record.conflict"],
    }),
    validated("param", recordIdParam),
    validated("json", templateInputSchema),
    async (c) =>
      answer(
        c,
        await notifications.updateTemplate(c.get("scope"), c.req.valid("param").id, c.req.valid("json")),
      ),
  );
  routes.delete(
    "/:id",
    operation({
      ...SENDS,
      summary: "Delete a template",
      success: { status: 204 },
      errors: ["record.not-found"],
    }),
    validated("param", recordIdParam),
    async (c) => answer(c, await notifications.removeTemplate(c.get("scope"), c.req.valid("param").id), 204),
  );
  return routes;
}
