import type { Context, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { cors } from "hono/cors";
import { secureHeaders } from "hono/secure-headers";
import { refuse } from "../../protocol/errors.ts";
import { IMPORT_MAX_BYTES } from "../../protocol/imports/import.ts";
import { KIB, MIB } from "../../protocol/units.ts";
import type { AppEnv } from "./env.ts";
import { problem } from "./problem.ts";

/** Largest body of a request. */
const BODY_MAX_BYTES = MIB;
/** Of one that brings a file, with what a form has around it. */
const FILE_MAX_BYTES = IMPORT_MAX_BYTES + 64 * KIB;
const WITH_FILE = /^(\/api\/v1)?\/(sites|devices)\/import(\/run)?$/;

/** Of one that names devices one by one: so many that the limit of that field refuses them, and names it. */
const TARGETS_MAX_BYTES = 8 * MIB;
const WITH_TARGETS = /^(\/api\/v1\/jobs(\/preview)?|\/jobs\/new(\/(preview|targets))?)$/;

/**
 * Headers that keep a browser from doing with our pages what we would not. Nothing inline, nothing from elsewhere.
 * Over https the browser is told to stay there; over http the promise could not be kept.
 */
export function securityHeaders(publicOrigin: string): MiddlewareHandler {
  return secureHeaders({
    strictTransportSecurity: publicOrigin.startsWith("https:")
      ? "max-age=31536000; includeSubDomains"
      : false,
    contentSecurityPolicy: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", "data:"],
      connectSrc: ["'self'"],
      workerSrc: ["'self'"],
      manifestSrc: ["'self'"],
      objectSrc: ["'none'"],
      frameSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
    xFrameOptions: "DENY",
    referrerPolicy: "same-origin",
    crossOriginEmbedderPolicy: false,
    permissionsPolicy: { camera: [], microphone: [], geolocation: [] },
  });
}

/** What is read as it comes and never held; whoever reads it bounds its parts. */
export const STREAMED = /^(\/api\/v1\/(push\/send-bulk|firmware)|\/firmware\/new)$/;

/** Bodies have a bound, and one beyond it is refused without being read. */
export function limitedBody(): MiddlewareHandler<AppEnv> {
  const [ordinary, withFile] = [limitedTo(BODY_MAX_BYTES), limitedTo(FILE_MAX_BYTES)];
  const withTargets = limitedTo(TARGETS_MAX_BYTES);
  return (c, next) => {
    const { path } = c.req;
    if (STREAMED.test(path)) return next();
    if (WITH_TARGETS.test(path)) return withTargets(c, next);
    return (WITH_FILE.test(path) ? withFile : ordinary)(c, next);
  };
}

function limitedTo(maxSize: number): MiddlewareHandler<AppEnv> {
  return bodyLimit({
    maxSize,
    onError: (c) => problem(c as never, refuse("request.too-large", `at most ${maxSize} bytes`).refusal),
  });
}

/**
 * Writes are taken from our own pages, from programs, and with a token from the pages that the settings name; never
 * from another site's pages with the person's cookie. Every browser says where a write comes from, in Sec-Fetch-Site
 * or Origin; a program says neither.
 */
export function sameSiteWrites(
  publicOrigin: string,
  corsOrigins: readonly string[],
): MiddlewareHandler<AppEnv> {
  const isNamed = ({ req }: Context<AppEnv>) =>
    req.path.startsWith("/api/") &&
    req.header("cookie") === undefined &&
    corsOrigins.includes(req.header("origin") ?? "");
  return async (c, next) => {
    const safe = c.req.method === "GET" || c.req.method === "HEAD" || c.req.method === "OPTIONS";
    if (safe || isOwnOrigin(c.req.raw, publicOrigin) || isNamed(c)) return next();
    const from = c.req.header("origin") ?? "another site";
    return problem(c, refuse("request.cross-site", `from ${from}; this service is ${publicOrigin}`).refusal);
  };
}

/**
 * Lets the pages of these origins read what the API answers (CORS). Never with credentials: a browser then shows them
 * no answer to a request that carried a cookie.
 */
export function otherOrigins(origins: readonly string[]): MiddlewareHandler<AppEnv> {
  if (origins.length === 0) return (_, next) => next();
  return cors({
    origin: (origin) => (origins.includes(origin) ? origin : null),
    allowMethods: ["GET", "POST", "PUT", "PATCH", "DELETE"],
    allowHeaders: ["Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match"],
    exposeHeaders: [
      "ETag",
      "Idempotency-Replayed",
      "Left-Out",
      "RateLimit",
      "RateLimit-Policy",
      "Retry-After",
      "WWW-Authenticate",
      "X-Request-Id",
    ],
    maxAge: PREFLIGHT_SECONDS,
  });
}

/** Longest that Chromium keeps what a preflight was answered. */
const PREFLIGHT_SECONDS = 7_200;

/** Whether a request that a browser may have sent came from our own pages. */
export function isOwnOrigin(request: Request, publicOrigin: string): boolean {
  const site = request.headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin" && site !== "none") return false;
  const origin = request.headers.get("origin");
  return origin === null || origin === publicOrigin || origin === new URL(request.url).origin;
}
