import { Hono } from "hono";
import { recordIdParam } from "../../protocol/accounts/account.ts";
import { pageSchema } from "../../protocol/api/list.ts";
import { refuse } from "../../protocol/errors.ts";
import {
  firmwareContentParam,
  firmwareQuerySchema,
  firmwareSchema,
  firmwareUploadSchema,
} from "../../protocol/firmware/firmware.ts";
import { formatChallenge } from "../../protocol/gateways/request-proof.ts";
import type { Gateways } from "../gateways/gateways.ts";
import { readRange } from "../http/byte-range.ts";
import { operation, validated } from "../http/describe.ts";
import type { AppEnv } from "../http/env.ts";
import { answer, problem } from "../http/problem.ts";
import type { Firmwares } from "./firmware.ts";

const BINARY = "application/octet-stream";

/** `/api/v1/firmware`, behind a scope. */
export function firmwareRoutes(firmwares: Firmwares): Hono<AppEnv> {
  const tag = "firmware";
  const routes = new Hono<AppEnv>();
  routes.get(
    "/",
    operation({
      summary: "Firmware that was uploaded, newest first",
      permission: "job:read",
      tag,
      success: { status: 200, schema: pageSchema(firmwareSchema) },
      errors: ["request.invalid"],
    }),
    validated("query", firmwareQuerySchema),
    async (c) => answer(c, await firmwares.list(c.get("scope"), c.req.valid("query"))),
  );
  routes.post(
    "/",
    operation({
      summary: "Upload a firmware: the body is its bytes, the query says what they are",
      permission: "firmware:write",
      tag,
      body: BINARY,
      success: { status: 201, schema: firmwareSchema, at: "/api/v1/firmware/{id}" },
      errors: ["request.invalid", "record.conflict", "firmware.damaged", "firmware.no-room"],
    }),
    validated("query", firmwareUploadSchema),
    async (c) => {
      const announced = Number(c.req.header("content-length") ?? "none");
      const body = (c.req.raw.body ?? new Blob([]).stream()) as unknown as AsyncIterable<Uint8Array>;
      const sizeBytes = Number.isSafeInteger(announced) ? announced : null;
      return answer(c, await firmwares.upload(c.get("scope"), c.req.valid("query"), body, sizeBytes), 201);
    },
  );
  routes.get(
    "/:id",
    operation({
      summary: "One firmware",
      permission: "job:read",
      tag,
      success: { status: 200, schema: firmwareSchema },
      errors: ["record.not-found"],
    }),
    validated("param", recordIdParam),
    async (c) => answer(c, await firmwares.get(c.get("scope"), c.req.valid("param").id)),
  );
  routes.delete(
    "/:id",
    operation({
      summary: "Delete a firmware that no job needs; for a day it can be restored",
      permission: "firmware:write",
      tag,
      success: { status: 204 },
      errors: ["record.not-found", "firmware.in-use"],
    }),
    validated("param", recordIdParam),
    async (c) => answer(c, await firmwares.remove(c.get("scope"), c.req.valid("param").id), 204),
  );
  routes.post(
    "/:id/restore",
    operation({
      summary: "Bring back a firmware that was deleted",
      permission: "firmware:write",
      tag,
      success: { status: 200, schema: firmwareSchema },
      errors: ["record.not-found", "record.conflict"],
    }),
    validated("param", recordIdParam),
    async (c) => answer(c, await firmwares.restore(c.get("scope"), c.req.valid("param").id)),
  );
  return routes;
}

/** `/api/v1/gateways/firmware`: what gateways fetch, from any byte on. */
export function firmwareContentRoutes(
  firmwares: Firmwares,
  gateways: Pick<Gateways, "proofs">,
): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  routes.get(
    "/:sha256",
    operation({
      summary: "The bytes of a firmware, whole or in part: what a gateway calls",
      permission: "open",
      tag: "gateways",
      success: { status: 200, type: BINARY, inParts: true },
      errors: [
        "record.not-found",
        "release.beyond-end",
        "gateway.proof-required",
        "gateway.unknown",
        "gateway.bad-signature",
        "gateway.revoked",
        "site.deleted",
      ],
    }),
    validated("param", firmwareContentParam),
    async (c) => {
      const proven = await gateways.proofs.check(c.req.header("authorization") ?? "", c.req.path);
      if (!proven.ok) {
        c.header("www-authenticate", formatChallenge(await gateways.proofs.nonce()));
        return problem(c, proven.refusal);
      }
      const { sha256 } = c.req.valid("param");
      const found = await firmwares.content(proven.value.organizationId, sha256);
      if (!found.ok) return problem(c, found.refusal);
      const { sizeBytes, read } = found.value;
      const range = readRange(c.req.header("range"), sizeBytes);
      if (range === "beyond") {
        c.header("content-range", `bytes */${sizeBytes}`);
        return problem(c, refuse("release.beyond-end", `it has ${sizeBytes} bytes`).refusal);
      }
      const { from, to } = range ?? { from: 0, to: sizeBytes };
      const stream = await read({ from, to });
      if (stream === null) return problem(c, refuse("record.not-found", "its bytes are not there").refusal);
      c.header("content-type", BINARY);
      c.header("content-length", String(to - from));
      c.header("accept-ranges", "bytes");
      c.header("etag", `"${sha256}"`);
      if (range === null) return c.body(stream);
      c.header("content-range", `bytes ${from}-${to - 1}/${sizeBytes}`);
      return c.body(stream, 206);
    },
  );
  return routes;
}
