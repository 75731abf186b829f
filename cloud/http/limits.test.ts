import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Problem } from "../../protocol/errors.ts";
import { MINUTE } from "../../protocol/units.ts";
import { ORIGIN } from "../testing/start-cloud.ts";
import { startPages, type TestPages } from "../testing/start-pages.ts";

const PER_ADDRESS = 20;
const PER_PERSON = 5;
let pages: TestPages;

beforeAll(async () => {
  pages = await startPages({ limits: { perAddress: PER_ADDRESS, perPerson: PER_PERSON } });
});
afterAll(() => pages[Symbol.asyncDispose]());

const ask = (path: string, clientAddress: string, headers: Record<string, string> = {}) =>
  pages.app.request(`${ORIGIN}${path}`, { headers }, { clientAddress });
const limitsOf = ({ status, headers }: Response) => ({
  status,
  policy: headers.get("ratelimit-policy"),
  left: headers.get("ratelimit"),
  retryAfter: headers.get("retry-after"),
});

describe("an address", () => {
  test("is told what is left to it, and refused beyond it until some has come back", async () => {
    expect(limitsOf(await ask("/api/v1/openapi.json", "203.0.113.1"))).toEqual({
      status: 200,
      policy: '"address";q=20;w=60',
      left: '"address";r=19;t=3',
      retryAfter: null,
    });
    for (let count = 1; count < PER_ADDRESS; count += 1) await ask("/api/v1/sites", "203.0.113.1");
    const refused = await ask("/api/v1/sites", "203.0.113.1");
    expect(limitsOf(refused)).toEqual({
      status: 429,
      policy: '"address";q=20;w=60',
      left: '"address";r=0;t=60',
      retryAfter: "3",
    });
    const problem = (await refused.json()) as Problem;
    expect([problem.code, problem.retryable]).toEqual(["rate.limited", true]);
    expect((await ask("/api/v1/openapi.json", "203.0.113.2")).status).toBe(200);
    pages.cloud.clock.advance(3_000);
    expect((await ask("/api/v1/openapi.json", "203.0.113.1")).status).toBe(200);
  });

  test("is refused with a page where it asked for one, and gets what costs nothing all the same", async () => {
    for (let count = 0; count < PER_ADDRESS; count += 1) await ask("/login", "203.0.113.3");
    const page = await ask("/login", "203.0.113.3");
    expect([page.status, page.headers.get("content-type"), await page.text()]).toEqual([
      429,
      "text/html; charset=UTF-8",
      expect.stringContaining("Too many requests"),
    ]);
    expect((await ask("/healthz", "203.0.113.3")).status).toBe(200);
    expect((await ask("/assets/app-00000000.css", "203.0.113.3")).status).toBe(200);
  });

  test("of IPv6 is the network one connection has", async () => {
    for (let count = 0; count < PER_ADDRESS; count += 1) await ask("/login", `2001:db8::${count}`);
    expect((await ask("/login", "2001:db8::ffff")).status).toBe(429);
    expect((await ask("/login", "2001:db8:0:1::1")).status).toBe(200);
  });
});

describe("a person", () => {
  test("has one limit in API and dashboard, from wherever they ask", async () => {
    pages.cloud.clock.advance(MINUTE);
    const { owner } = pages.cloud;
    const bearer = { authorization: `Bearer ${owner.token}` };
    const first = await ask("/api/v1/sites", "203.0.113.10", bearer);
    expect(limitsOf(first)).toMatchObject({
      policy: '"person";q=5;w=60, "address";q=20;w=60',
      left: '"person";r=4;t=12, "address";r=19;t=3',
    });
    for (let count = 1; count < PER_PERSON; count += 1) expect((await pages.open("/sites")).status).toBe(200);
    const refused = await ask("/api/v1/sites", "203.0.113.11", bearer);
    expect([limitsOf(refused).status, limitsOf(refused).retryAfter]).toEqual([429, "12"]);
    expect((await pages.open("/sites")).status).toBe(429);
    const colleague = await pages.cloud.addMember("viewer");
    const other = { authorization: `Bearer ${colleague.token}` };
    expect((await ask("/api/v1/sites", "203.0.113.11", other)).status).toBe(200);
  });

  test("who is not logged in is nobody's limit", async () => {
    const answer = await ask("/api/v1/sites", "203.0.113.12");
    expect([answer.status, answer.headers.get("ratelimit-policy")]).toEqual([401, '"address";q=20;w=60']);
  });
});
