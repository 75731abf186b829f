import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { type Refusal, type Result, toProblem } from "../../protocol/errors.ts";
import type { AppEnv } from "./env.ts";

const PROBLEM_HEADERS = { "content-type": "application/problem+json" };
/** With what the app would add. */
const BARE_HEADERS = {
  ...PROBLEM_HEADERS,
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
};

/** How one says who one is: with every 401 (RFC 9110 section 15.5.2). A browser asks nobody for a password because of it. */
export const CHALLENGE = "Bearer";

/** The refusal as the answer: `application/problem+json` (RFC 9457). */
export function problem(c: Context<AppEnv>, refusal: Refusal): Response {
  const body = toProblem(refusal);
  if (refusal.etag !== undefined) c.header("etag", refusal.etag);
  return c.body(JSON.stringify(body), body.status as ContentfulStatusCode, PROBLEM_HEADERS);
}

/** The same where there is no app: at the door of the WebSockets. */
export function bareProblem(refusal: Refusal): Response {
  const body = toProblem(refusal);
  const challenge = body.status === 401 ? { "www-authenticate": CHALLENGE } : {};
  return new Response(JSON.stringify(body), {
    status: body.status,
    headers: { ...BARE_HEADERS, ...challenge },
  });
}

/**
 * A result as the answer: the value as JSON with `status`, or the refusal as a problem. What was created is told with its
 * address, where its operation says one.
 */
export function answer<T>(c: Context<AppEnv>, result: Result<T>, status: 200 | 201 | 204 = 200): Response {
  if (!result.ok) return problem(c, result.refusal);
  const at: string | undefined = c.get("createdAt");
  if (status === 201 && at !== undefined) c.header("location", fillAddress(at, result.value as object));
  return status === 204 ? c.body(null, 204) : c.json(result.value as object, status);
}

const fillAddress = (at: string, fields: object): string =>
  at.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(fields[name as keyof object])));
