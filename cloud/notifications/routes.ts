import { Hono } from "hono";
import { recordIdParam } from "../../protocol/accounts/account.ts";
import {
  endpointPatchSchema,
  endpointSchema,
  subscribeSchema,
} from "../../protocol/notifications/endpoint.ts";
import {
  credentialsSchema,
  endpointsQuerySchema,
  endpointsSchema,
  platformParam,
  platformStatusSchema,
  platformsSchema,
  publishSchema,
  receiptsSchema,
  sendResultSchema,
  sendResultsSchema,
  sendSchema,
  testSchema,
  vapidKeySchema,
  vapidStatusSchema,
} from "../../protocol/notifications/push.ts";
import { operation, validated } from "../http/describe.ts";
import type { AppEnv } from "../http/env.ts";
import { answer, problem } from "../http/problem.ts";
import { jsonValues } from "./json-values.ts";
import type { Push } from "./push.ts";

const NDJSON = "application/x-ndjson";

/** `/api/v1/push`, behind a scope. */
export function pushRoutes(push: Push): Hono<AppEnv> {
  const tag = "push";
  const routes = new Hono<AppEnv>();

  routes.get(
    "/vapid-public-key",
    operation({
      ...{ summary: "The key that browsers subscribe with", permission: "notification:read", tag },
      success: { status: 200, schema: vapidKeySchema },
      errors: ["record.not-found", "secret.unreadable"],
    }),
    async (c) => answer(c, await push.vapidPublicKey(c.get("scope"))),
  );
  routes.get(
    "/vapid",
    operation({
      ...{ summary: "The keys that browsers are subscribed with", permission: "organization:read", tag },
      success: { status: 200, schema: vapidStatusSchema },
      errors: ["record.not-found"],
    }),
    async (c) => answer(c, await push.vapid(c.get("scope"))),
  );
  routes.post(
    "/vapid/rotate",
    operation({
      ...{
        summary: "Make another key; who subscribed with an older one keeps getting messages",
        permission: "organization:write",
        tag,
      },
      success: { status: 200, schema: vapidStatusSchema },
      errors: ["record.not-found", "record.conflict"],
    }),
    async (c) => answer(c, await push.rotateVapid(c.get("scope"))),
  );
  routes.post(
    "/subscribe",
    operation({
      ...{
        summary: "Register an address: one's own, a device's, or nobody's",
        permission: "notification:read",
        tag,
      },
      success: { status: 201, schema: endpointSchema, at: "/api/v1/push/endpoints/{id}" },
      errors: ["request.invalid", "outbound.forbidden", "record.not-found", "secret.unreadable"],
    }),
    validated("json", subscribeSchema),
    async (c) => answer(c, await push.subscribe(c.get("scope"), c.req.valid("json")), 201),
  );
  routes.get(
    "/endpoints",
    operation({
      ...{ summary: "One's own addresses, or those of a device", permission: "notification:read", tag },
      success: { status: 200, schema: endpointsSchema },
      errors: ["record.not-found"],
    }),
    validated("query", endpointsQuerySchema),
    async (c) => answer(c, await push.endpoints(c.get("scope"), c.req.valid("query"))),
  );
  routes.delete(
    "/endpoints/:id",
    operation({
      ...{ summary: "Forget an address", permission: "notification:read", tag },
      success: { status: 204 },
      errors: ["record.not-found"],
    }),
    validated("param", recordIdParam),
    async (c) => answer(c, await push.unsubscribe(c.get("scope"), c.req.valid("param").id), 204),
  );
  routes.patch(
    "/endpoints/:id",
    operation({
      ...{ summary: "Rename one of one's own addresses", permission: "notification:read", tag },
      success: { status: 200, schema: endpointSchema },
      errors: ["request.invalid", "record.not-found"],
    }),
    validated("param", recordIdParam),
    validated("json", endpointPatchSchema),
    async (c) => answer(c, await push.rename(c.get("scope"), c.req.valid("param").id, c.req.valid("json"))),
  );
  routes.post(
    "/endpoints/:id/test",
    operation({
      ...{ summary: "Send a test to one of one's own addresses", permission: "notification:read", tag },
      success: { status: 200, schema: sendResultSchema },
      errors: ["record.not-found", "record.conflict"],
    }),
    validated("param", recordIdParam),
    async (c) => answer(c, await push.testOwn(c.get("scope"), c.req.valid("param").id)),
  );
  routes.post(
    "/send",
    operation({
      ...{ summary: "Hand a message to some recipients at once", permission: "notification:send", tag },
      success: { status: 200, schema: sendResultsSchema },
      errors: ["request.invalid", "record.not-found", "record.conflict"],
    }),
    validated("json", sendSchema),
    async (c) => answer(c, await push.send(c.get("scope"), c.req.valid("json"))),
  );
  routes.post(
    "/send-bulk",
    operation({
      ...{
        summary: "Hand a message to any number of recipients, answered line by line",
        permission: "notification:send",
        tag,
      },
      success: { status: 200, type: NDJSON },
      body: NDJSON,
      errors: ["request.invalid", "request.not-json"],
    }),
    async (c) => {
      const { body } = c.req.raw;
      const values = jsonValues(body === null ? nothing() : (body as unknown as AsyncIterable<Uint8Array>));
      const lines = await push.sendBulk(c.get("scope"), values);
      if (!lines.ok) return problem(c, lines.refusal);
      return c.body(streamOf(lines.value), 200, { "content-type": NDJSON });
    },
  );
  routes.post(
    "/mqtt/publish",
    operation({
      ...{
        summary: "Hand a message to a device by its gateway, or to a topic",
        permission: "notification:send",
        tag,
      },
      success: { status: 200, schema: sendResultSchema },
      errors: ["request.invalid", "record.not-found"],
    }),
    validated("json", publishSchema),
    async (c) => answer(c, await push.publish(c.get("scope"), c.req.valid("json"))),
  );
  routes.post(
    "/test",
    operation({
      ...{ summary: "Send a test to an address", permission: "notification:send", tag },
      success: { status: 200, schema: sendResultSchema },
      errors: ["request.invalid", "record.not-found", "record.conflict"],
    }),
    validated("json", testSchema),
    async (c) => answer(c, await push.test(c.get("scope"), c.req.valid("json"))),
  );
  routes.get(
    "/platforms",
    operation({
      ...{
        summary: "Which platforms can be sent by, and with whose credentials",
        permission: "notification:read",
        tag,
      },
      success: { status: 200, schema: platformsSchema },
      errors: ["secret.unreadable"],
    }),
    async (c) => answer(c, await push.platforms(c.get("scope"))),
  );
  routes.put(
    "/platforms/:platform/credentials",
    operation({
      ...{
        summary: "Enter a platform's credentials; they are never shown again",
        permission: "organization:write",
        tag,
      },
      success: { status: 200, schema: platformStatusSchema },
      errors: ["request.invalid", "record.not-found", "push.credentials-invalid", "secret.unreadable"],
    }),
    validated("param", platformParam),
    validated("json", credentialsSchema),
    async (c) =>
      answer(
        c,
        await push.setCredentials(c.get("scope"), c.req.valid("param").platform, c.req.valid("json")),
      ),
  );
  routes.delete(
    "/platforms/:platform/credentials",
    operation({
      ...{ summary: "Forget a platform's credentials", permission: "organization:write", tag },
      success: { status: 204 },
      errors: ["record.not-found"],
    }),
    validated("param", platformParam),
    async (c) => answer(c, await push.removeCredentials(c.get("scope"), c.req.valid("param").platform), 204),
  );
  routes.get(
    "/receipts/:id",
    operation({
      ...{ summary: "What its receiver said of a message", permission: "notification:read", tag },
      success: { status: 200, schema: receiptsSchema },
      errors: ["record.not-found"],
    }),
    validated("param", recordIdParam),
    async (c) => answer(c, await push.receipts(c.get("scope"), c.req.valid("param").id)),
  );
  return routes;
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** Lines are made as they are read: who reads slowly slows down who sends. */
function streamOf(lines: AsyncIterable<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const iterator = lines[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const next = await iterator.next();
      if (next.done === true) controller.close();
      else controller.enqueue(encoder.encode(next.value));
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}
