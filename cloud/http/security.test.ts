import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Problem } from "../../protocol/errors.ts";
import { ORIGIN, startCloud, type TestCloud } from "../testing/start-cloud.ts";
import { startPages, type TestPages } from "../testing/start-pages.ts";

const PARTNER = "https://partner.example";
const EVIL = "https://evil.example";
let closed: TestCloud;
let open: TestCloud;

beforeAll(async () => {
  closed = await startCloud();
  open = await startCloud({ corsOrigins: [PARTNER] });
});
afterAll(async () => {
  await closed[Symbol.asyncDispose]();
  await open[Symbol.asyncDispose]();
});

const corsOf = ({ headers }: Response) =>
  Object.fromEntries([...headers].filter(([name]) => name.startsWith("access-control-")));
const preflight = (cloud: TestCloud, origin: string) =>
  cloud.app.request(`${ORIGIN}/api/v1/sites`, {
    method: "OPTIONS",
    headers: {
      origin,
      "access-control-request-method": "PUT",
      "access-control-request-headers": "authorization, content-type, if-match",
    },
  });
const write = (cloud: TestCloud, origin: string, headers: Record<string, string> = {}) =>
  cloud.api("/sites", cloud.owner, {
    json: { name: `Site ${crypto.randomUUID()}` },
    headers: { origin, "sec-fetch-site": "cross-site", ...headers },
  });

describe("another site's page", () => {
  test("is answered nothing it may read where no origin is set", async () => {
    expect(corsOf(await preflight(closed, PARTNER))).toEqual({});
    expect(corsOf(await closed.api("/sites", closed.owner, { headers: { origin: PARTNER } }))).toEqual({});
    expect((await write(closed, PARTNER)).status).toBe(403);
  });

  test("of an origin that is set may call with a token, and reads our headers", async () => {
    const asked = await preflight(open, PARTNER);
    expect([asked.status, asked.headers.get("vary"), corsOf(asked)]).toEqual([
      204,
      expect.stringContaining("Origin"),
      {
        "access-control-allow-origin": PARTNER,
        "access-control-allow-methods": "GET,POST,PUT,PATCH,DELETE",
        "access-control-allow-headers": "Authorization,Content-Type,Idempotency-Key,If-Match,If-None-Match",
        "access-control-max-age": "7200",
        "access-control-expose-headers":
          "ETag,Idempotency-Replayed,Left-Out,RateLimit,RateLimit-Policy,Retry-After,WWW-Authenticate,X-Request-Id",
      },
    ]);
    const made = await write(open, PARTNER);
    expect([made.status, made.headers.get("access-control-allow-origin")]).toEqual([201, PARTNER]);
  });

  test("is never let in with the person's cookie, nor from an origin that is like one that is set", async () => {
    expect((await write(open, PARTNER, { cookie: "session=1" })).status).toBe(403);
    for (const origin of [
      EVIL,
      "null",
      `${PARTNER}.evil.example`,
      `${PARTNER}:8443`,
      "http://partner.example",
    ]) {
      expect([origin, corsOf(await preflight(open, origin))["access-control-allow-origin"]]).toEqual([
        origin,
        undefined,
      ]);
      expect([origin, (await write(open, origin)).status]).toEqual([origin, 403]);
    }
    const read = await open.api("/sites", open.owner, { headers: { origin: PARTNER } });
    expect(read.headers.get("access-control-allow-credentials")).toBeNull();
  });
});

test("a parameter that comes twice is refused by its name", async () => {
  const answer = await closed.api("/sites?q=one&q=two", closed.owner);
  const { errors = [] } = (await answer.json()) as Problem;
  expect([answer.status, errors.map(({ path }) => path)]).toEqual([400, ["q"]]);
});

describe("a page of the dashboard", () => {
  let pages: TestPages;
  beforeAll(async () => {
    pages = await startPages();
  });
  afterAll(() => pages[Symbol.asyncDispose]());

  test("comes with headers under which nothing inline and nothing from elsewhere runs", async () => {
    const { headers } = await pages.open("/sites");
    const policy = new Map(
      (headers.get("content-security-policy") ?? "")
        .split(";")
        .map((part) => part.trim().split(" "))
        .map(([name = "", ...sources]) => [name, sources.join(" ")]),
    );
    expect(Object.fromEntries(policy)).toEqual({
      "default-src": "'self'",
      "script-src": "'self'",
      "style-src": "'self'",
      "img-src": "'self' data:",
      "connect-src": "'self'",
      "worker-src": "'self'",
      "manifest-src": "'self'",
      "object-src": "'none'",
      "frame-src": "'none'",
      "base-uri": "'none'",
      "form-action": "'self'",
      "frame-ancestors": "'none'",
    });
    expect(Object.fromEntries([...headers].filter(([name]) => SECURITY_HEADERS.includes(name)))).toEqual({
      "strict-transport-security": "max-age=31536000; includeSubDomains",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "referrer-policy": "same-origin",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "permissions-policy": "camera=(), microphone=(), geolocation=()",
    });
  });

  test("has no script, style or handler of its own that the headers would forbid", async () => {
    for (const path of ["/", "/sites", "/sites/new", "/devices", "/gateways/add", "/settings", "/docs"]) {
      const html = await (await pages.open(path)).text();
      expect([path, /<script(?![^>]*\bsrc=)[^>]*>\s*\S/.test(html)]).toEqual([path, false]);
      expect([path, /<style|\sstyle="|\son[a-z]+="|javascript:/i.test(html)]).toEqual([path, false]);
    }
  });

  test("its cookie is for this origin alone and out of scripts' reach", async () => {
    const body = new URLSearchParams({ email: pages.cloud.owner.email, password: "correct horse battery" });
    const entered = await pages.app.request(`${ORIGIN}/login`, { method: "POST", body });
    const session = entered.headers.getSetCookie().find((line) => /session/.test(line)) ?? "";
    expect(session).toMatch(/^__(Host|Secure)-/);
    for (const attribute of [/; HttpOnly/i, /; Secure/i, /; SameSite=(Lax|Strict)/i, /; Path=\//i])
      expect(session).toMatch(attribute);
    expect(session).not.toMatch(/; Domain=/i);
  });
});

const SECURITY_HEADERS = [
  "strict-transport-security",
  "x-content-type-options",
  "x-frame-options",
  "referrer-policy",
  "cross-origin-opener-policy",
  "cross-origin-resource-policy",
  "permissions-policy",
];
