import { Hono, type MiddlewareHandler } from "hono";
import { recordIdParam } from "../../protocol/accounts/account.ts";
import { pageSchema } from "../../protocol/api/list.ts";
import { refuse } from "../../protocol/errors.ts";
import {
  claimRequestSchema,
  claimSchema,
  enrollRequestSchema,
  enrollResponseSchema,
  gatewayQuerySchema,
  gatewaySchema,
} from "../../protocol/gateways/gateway.ts";
import { operation, validated } from "../http/describe.ts";
import type { AppEnv } from "../http/env.ts";
import { answer } from "../http/problem.ts";
import { answerVersioned } from "../http/versions.ts";
import type { Gateways } from "./gateways.ts";

/** `/api/v1/gateways`. `requireScope` lets in who is logged in. */
export function gatewayRoutes(gateways: Gateways, requireScope: MiddlewareHandler<AppEnv>): Hono<AppEnv> {
  const tag = "gateways";
  const routes = new Hono<AppEnv>();

  routes.get(
    "/",
    operation({
      summary: "Gateways of the organisation",
      permission: "gateway:read",
      tag,
      success: { status: 200, schema: pageSchema(gatewaySchema) },
      errors: ["request.invalid"],
    }),
    requireScope,
    validated("query", gatewayQuerySchema),
    async (c) => answer(c, await gateways.list(c.get("scope"), c.req.valid("query"))),
  );
  routes.post(
    "/claim",
    operation({
      summary: "Make a one-time code with which a gateway enrols at a site, or takes the place of another",
      permission: "gateway:claim",
      tag,
      success: { status: 201, schema: claimSchema },
      errors: ["request.invalid", "record.not-found"],
    }),
    requireScope,
    validated("json", claimRequestSchema),
    async (c) => answer(c, await gateways.claim(c.get("scope"), c.req.valid("json")), 201),
  );
  routes.post(
    "/enroll",
    operation({
      summary: "Exchange a claim code for a place as a site's gateway: what a gateway calls",
      tag,
      success: { status: 201, schema: enrollResponseSchema, at: "/api/v1/gateways/{gatewayId}" },
      errors: [
        "request.invalid",
        "claim.unknown",
        "claim.used",
        "claim.expired",
        "claim.not-replacing",
        "auth.too-many",
      ],
      permission: "open",
    }),
    validated("json", enrollRequestSchema),
    async (c) => {
      const enrolled = await gateways.enroll(c.req.valid("json"), c.env?.clientAddress ?? "unknown");
      return answer(c, enrolled, 201);
    },
  );
  routes.get(
    "/connect",
    operation({
      summary: "Where gateways connect: a WebSocket with the frames of docs/protocol.md",
      tag,
      success: { status: 204 },
      errors: ["request.invalid"],
      permission: "open",
    }),
    // The server takes WebSockets before they come here.
    (c) => answer(c, refuse("request.invalid", "this address is for WebSockets")),
  );
  routes.get(
    "/:id",
    operation({
      summary: "One gateway",
      permission: "gateway:read",
      tag,
      success: { status: 200, schema: gatewaySchema },
      version: "given",
      errors: ["request.invalid", "record.not-found"],
    }),
    requireScope,
    validated("param", recordIdParam),
    async (c) => answerVersioned(c, await gateways.get(c.get("scope"), c.req.valid("param").id), () => ({})),
  );
  routes.post(
    "/:id/rotate-key",
    operation({
      summary:
        "Ask a gateway for another key: it makes it itself, and the one before is over once the new one is used",
      permission: "gateway:write",
      tag,
      success: { status: 204 },
      errors: ["request.invalid", "record.not-found", "gateway.revoked"],
    }),
    requireScope,
    validated("param", recordIdParam),
    async (c) => answer(c, await gateways.rotateKey(c.get("scope"), c.req.valid("param").id), 204),
  );
  routes.post(
    "/:id/revoke",
    operation({
      summary: "Take a gateway's credential away and end its connection",
      permission: "gateway:write",
      tag,
      success: { status: 204 },
      errors: ["request.invalid", "record.not-found"],
    }),
    requireScope,
    validated("param", recordIdParam),
    async (c) => answer(c, await gateways.revoke(c.get("scope"), c.req.valid("param").id), 204),
  );
  return routes;
}
