import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { getMigrations } from "better-auth/db/migration";
import { Hono } from "hono";
import type { Me } from "../../protocol/accounts/account.ts";
import { systemClock } from "../clock/clock.ts";
import { ATTEMPTS_MAX } from "../http/attempts.ts";
import type { AppEnv } from "../http/env.ts";
import { checkScenario, type Scenario } from "../testing/api-scenario.ts";
import {
  cheapPasswords,
  ORIGIN,
  PASSWORD,
  SECRET,
  startCloud,
  type TestCloud,
} from "../testing/start-cloud.ts";
import { FAILURES_MAX, pageScope } from "./accounts.ts";
import { createAuth, SESSION_MAX_MS } from "./auth.ts";
import { lookUpSession } from "./session-lookup.ts";

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startCloud({ signupOpen: true });
});
afterAll(() => cloud[Symbol.asyncDispose]());

const login = (email: string, password: string, more: object = {}) =>
  cloud.api("/auth/login", null, { json: { email, password, ...more } });
const cookieOf = (answer: Response) =>
  answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
const me = (headers: Record<string, string>) => cloud.api("/auth/me", null, { headers });

const PERSON = { email: "new@homepot.test", password: PASSWORD, name: "New", organization: "Newfound" };
const SCENARIOS: Scenario[] = [
  {
    name: "a wrong password is refused, and not repeated",
    path: "/auth/login",
    as: null,
    json: { email: "owner@homepot.test", password: "a wrong one entirely" },
    status: 401,
    code: "auth.wrong-credentials",
    hasNot: ["a wrong one entirely"],
  },
  {
    name: "an unknown person is refused in the same words",
    path: "/auth/login",
    as: null,
    json: { email: "nobody@homepot.test", password: "a wrong one entirely" },
    status: 401,
    code: "auth.wrong-credentials",
    has: ["no account has this email with this password"],
  },
  {
    name: "bad fields of a log-in are named, and the password is not repeated",
    path: "/auth/login",
    as: null,
    json: { email: "not an email", password: "swordfish", rember: true },
    status: 400,
    fields: ["email", "rember"],
    hasNot: ["swordfish"],
  },
  {
    name: "a short password is refused",
    path: "/auth/signup",
    as: null,
    json: { ...PERSON, password: "short" },
    status: 400,
    fields: ["password"],
    hasNot: ['short"'],
  },
  {
    name: "sign-up makes a person, an organisation and one session",
    path: "/auth/signup",
    as: null,
    json: PERSON,
    status: 201,
    has: ["Newfound", '"role":"owner"', '"token"'],
    changes: { user: 1, account: 1, organization: 1, member: 1, session: 1 },
  },
  {
    name: "an email has one account",
    path: "/auth/signup",
    as: null,
    json: { ...PERSON, email: " NEW@homepot.test" },
    status: 409,
    code: "account.exists",
    fields: ["email"],
  },
  { name: "nobody is nobody", path: "/auth/me", as: null, status: 401, code: "auth.required" },
  { name: "nobody cannot log out", path: "/auth/logout", method: "POST", as: null, status: 401 },
  {
    name: "a forgotten password of an unknown person is answered like any other, and does nothing",
    path: "/auth/forgot-password",
    as: null,
    json: { email: "nobody@homepot.test" },
    status: 204,
  },
  {
    name: "a link that was never sent sets nothing",
    path: "/auth/reset-password",
    as: null,
    json: { token: "guessed", password: "another long one" },
    status: 400,
    fields: ["token"],
  },
];

test.each(SCENARIOS)("$name", async (scenario) => {
  await checkScenario(cloud, scenario);
});

describe("a session", () => {
  test("is a cookie for browsers and a token for programs", async () => {
    const answer = await login("owner@homepot.test", PASSWORD);
    const { token, organization } = (await answer.json()) as Me & { token: string };
    expect(organization.name).toBe("Homepot");
    for (const cookie of answer.headers.getSetCookie()) {
      const [name, ...attributes] = cookie.split("; ");
      expect(name).toStartWith("__Host-homepot.");
      expect(attributes).toContainAllValues(["Path=/", "HttpOnly", "Secure", "SameSite=Lax"]);
    }
    for (const headers of [{ cookie: cookieOf(answer) }, { authorization: `Bearer ${token}` }]) {
      expect(((await (await me(headers)).json()) as Me).user.email).toBe("owner@homepot.test");
    }
  });

  test("outlives the browser only when asked to", async () => {
    const brief = await login("owner@homepot.test", PASSWORD);
    const long = await login("owner@homepot.test", PASSWORD, { remember: true });
    expect(brief.headers.getSetCookie().some((cookie) => /session_token.*Max-Age/i.test(cookie))).toBe(false);
    expect(long.headers.getSetCookie().some((cookie) => /session_token.*Max-Age=2592000/i.test(cookie))).toBe(
      true,
    );
  });

  test("is found by one look into the database, remembered or not", async () => {
    // When a session ends is the library's to set, by the machine's clock.
    const looks = { ...cloud, clock: systemClock, secret: SECRET, publicUrl: ORIGIN };
    for (const remember of [false, true]) {
      const cookie = cookieOf(await login("owner@homepot.test", PASSWORD, { remember }));
      expect(await lookUpSession(looks, new Headers({ cookie }))).toMatchObject({
        user: { email: "owner@homepot.test" },
      });
      const [token = "", ...others] = cookie.split("; ");
      const forged = [token, ...others.map((other) => other.replace(/=true.*/, "=true.AAAA"))].join("; ");
      // Whether it is remembered is not certain: the library is to say.
      if (!remember) expect(await lookUpSession(looks, new Headers({ cookie: forged }))).toBeNull();
    }
  });

  test("that is ended is of no use, and another one goes on", async () => {
    const [first, second] = [
      await login("owner@homepot.test", PASSWORD),
      await login("owner@homepot.test", PASSWORD),
    ];
    const cookie = cookieOf(first);
    const out = await cloud.api("/auth/logout", null, { method: "POST", headers: { cookie } });
    expect(out.status).toBe(204);
    expect(out.headers.getSetCookie().some((one) => /session_token=;.*Max-Age=0/i.test(one))).toBe(true);
    expect((await me({ cookie })).status).toBe(401);
    expect((await me({ cookie: cookieOf(second) })).status).toBe(200);
  });

  test("with another signature, or none, is nobody's", async () => {
    const cookie = cookieOf(await login("owner@homepot.test", PASSWORD));
    const forged = cookie.replace(/session_token=([^.]+)\.[^;]+/, "session_token=$1.AAAA");
    expect(forged).not.toBe(cookie);
    expect((await me({ cookie: forged })).status).toBe(401);
    for (const authorization of ["Bearer x", "Bearer ", "Basic eDp5", "Bearer a.b.c"]) {
      expect((await me({ authorization })).status).toBe(401);
    }
  });
});

test("who reads the database finds no way in: the token there opens nothing without its signature", async () => {
  const { token } = (await (await login("owner@homepot.test", PASSWORD)).json()) as { token: string };
  const kept = await cloud.db.read.selectFrom("session").select("token").execute();
  expect(kept.map((row) => row.token)).not.toContain(token);
  for (const row of kept) expect((await me({ authorization: `Bearer ${row.token}` })).status).toBe(401);
  expect((await me({ authorization: `Bearer ${token}` })).status).toBe(200);
});

test("a session ends after ninety days, however often it is used", async () => {
  const { token } = (await (await login("owner@homepot.test", PASSWORD)).json()) as { token: string };
  const begin = (sinceMs: number) =>
    cloud.db.write((trx) =>
      trx
        .updateTable("session")
        .set({ createdAt: new Date(cloud.clock.nowMs() - sinceMs).toISOString() })
        .where("token", "=", token.split(".")[0] ?? "")
        .execute(),
    );
  await begin(SESSION_MAX_MS);
  expect((await me({ authorization: `Bearer ${token}` })).status).toBe(200);
  await begin(SESSION_MAX_MS + 1);
  expect((await me({ authorization: `Bearer ${token}` })).status).toBe(401);
});

describe("a forgotten password", () => {
  test("is set anew by the link, once, and ends every session", async () => {
    const signedUp = await cloud.api("/auth/signup", null, {
      json: { ...PERSON, email: "forgetful@homepot.test", organization: "F" },
    });
    const { token: session } = (await signedUp.json()) as { token: string };
    const email = "forgetful@homepot.test";
    expect((await cloud.api("/auth/forgot-password", null, { json: { email } })).status).toBe(204);
    await cloud.cloud.accounts.settled();
    const link = new URL(cloud.resetLinks.at(-1) ?? "");
    expect(`${link.origin}${link.pathname}`).toBe(`${ORIGIN}/reset-password`);
    const body = { token: link.searchParams.get("token"), password: "a new long password" };
    const reset = () => cloud.api("/auth/reset-password", null, { json: body });
    expect((await reset()).status).toBe(204);
    expect((await reset()).status).toBe(400);
    expect((await me({ authorization: `Bearer ${session}` })).status).toBe(401);
    expect((await login(email, PASSWORD)).status).toBe(401);
    const again = await login(email, "a new long password");
    const { token } = (await again.json()) as { token: string };
    await cloud.api("/auth/login", null, { json: { email, password: "a new long password" } });
    const as = { headers: { authorization: `Bearer ${token}` } };
    await cloud.api("/auth/sessions", null, { method: "DELETE", ...as });
    const told = await cloud.api("/audit?action=account", null, as);
    const { items } = (await told.json()) as { items: { action: string }[] };
    expect(items.map(({ action }) => action)).toEqual([
      "account.end-sessions",
      "account.login",
      "account.login",
      "account.reset",
      "account.sign-up",
    ]);
  });

  test("a log-out is in the audit log", async () => {
    const logouts = async () => (await cloud.read<{ total: number }>("/audit?action=account.logout")).total;
    const before = await logouts();
    const opened = await login(cloud.owner.email, PASSWORD);
    const { token } = (await opened.json()) as { token: string };
    const headers = { authorization: `Bearer ${token}` };
    await cloud.api("/auth/logout", null, { method: "POST", headers });
    expect(await logouts()).toBe(before + 1);
  });
});

describe("guessing", () => {
  test("is slowed down by client and person, and says until when", async () => {
    const from = (clientAddress: string, email: string, password: string) =>
      cloud.app.request(
        "/api/v1/auth/login",
        {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ email, password }),
        },
        { clientAddress },
      );
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
      expect((await from("192.0.2.7", "owner@homepot.test", "wrong")).status).toBe(401);
    }
    const refused = await from("192.0.2.7", "owner@homepot.test", PASSWORD);
    expect([refused.status, Number(refused.headers.get("retry-after")) > 0]).toEqual([429, true]);
    expect((await from("192.0.2.8", "owner@homepot.test", PASSWORD)).status).toBe(200);
    cloud.clock.advance(Number(refused.headers.get("retry-after")) * 1_000);
    expect((await from("192.0.2.7", "owner@homepot.test", PASSWORD)).status).toBe(200);
  });
});

test("guessing is bounded by account from many addresses, and by address over many accounts", async () => {
  await using guessed = await startCloud();
  const from = async (clientAddress: string, email: string, password: string) => {
    const answer = await guessed.app.request(
      "/api/v1/auth/login",
      {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ email, password }),
      },
      { clientAddress },
    );
    return answer.status;
  };
  const owner = "owner@homepot.test";
  for (let guess = 0; guess < FAILURES_MAX; guess += 1) {
    expect(await from(`192.0.2.${guess}`, owner, "wrong")).toBe(401);
    expect(await from("198.51.100.1", `nobody-${guess}@homepot.test`, "wrong")).toBe(401);
  }
  expect(await from("192.0.2.200", owner, PASSWORD)).toBe(429);
  expect(await from("198.51.100.1", "somebody@homepot.test", "wrong")).toBe(429);
  expect(await from("192.0.2.200", "somebody@homepot.test", "wrong")).toBe(401);
});

test("sign-up is closed unless it was opened", async () => {
  await using closed = await startCloud();
  await checkScenario(closed, {
    name: "closed",
    path: "/auth/signup",
    as: null,
    json: PERSON,
    status: 403,
    code: "auth.signup-closed",
  });
});

test("passwords are kept as argon2id and nothing else", async () => {
  const rows = await cloud.db.read
    .selectFrom("account" as "user")
    .select("password" as "name")
    .execute();
  expect(rows.length).toBeGreaterThan(0);
  for (const row of rows) expect((row as unknown as { password: string }).password).toStartWith("$argon2id$");
});

test("the tables are those the library asks for", async () => {
  const auth = createAuth({
    db: cloud.db,
    passwords: cheapPasswords,
    secret: "x".repeat(40),
    publicUrl: ORIGIN,
    mail: { sendResetLink: () => undefined },
    passwordReset: async () => undefined,
  });
  const { toBeCreated, toBeAdded } = await getMigrations(auth.options);
  expect({ toBeCreated, toBeAdded }).toEqual({ toBeCreated: [], toBeAdded: [] });
});

test("an organisation is found by its name, by its id, or as the only one", async () => {
  await using alone = await startCloud();
  const { accounts } = alone.cloud;
  const homepot = { id: alone.owner.scope.organizationId, name: "Homepot" };
  expect(await accounts.findOrganization(null)).toEqual({ ok: true, value: homepot });
  expect(await accounts.findOrganization("Nowhere")).toMatchObject({ refusal: { code: "record.not-found" } });
  await alone.addOwner("second@homepot.test", "Homepot");
  expect(await accounts.findOrganization(homepot.id)).toEqual({ ok: true, value: homepot });
  for (const name of [null, "Homepot"]) {
    expect(await accounts.findOrganization(name)).toMatchObject({ refusal: { code: "request.invalid" } });
  }
  expect(await accounts.organizationName(homepot.id)).toBe("Homepot");
});

test("a person for whom no organisation can be made is not left behind", async () => {
  await using broken = await startCloud();
  await broken.db.write((trx) => trx.schema.dropTable("member").execute());
  const { accounts } = broken.cloud;
  const owner = { email: "x@homepot.test", password: PASSWORD, name: "X", organization: "X" };
  await expect(accounts.createOwner(owner)).rejects.toThrow();
  const people = await broken.db.read.selectFrom("user").select("email").execute();
  expect(people.map((person) => person.email)).toEqual(["owner@homepot.test"]);
});

test("pages send who is not logged in to the log-in page, and back afterwards", async () => {
  const app = new Hono<AppEnv>()
    .use(pageScope(cloud.cloud.accounts))
    .all("*", (c) => c.text(c.get("me").user.email));
  const to = async (path: string, init: RequestInit = {}) => {
    const answer = await app.request(path, init);
    return [answer.status, answer.headers.get("location") ?? answer.headers.get("hx-redirect")];
  };
  expect(await to("/devices?q=a%20b")).toEqual([303, "/login?next=%2Fdevices%3Fq%3Da%2520b"]);
  expect(await to("/")).toEqual([303, "/login"]);
  expect(await to("/sites", { method: "POST" })).toEqual([303, "/login"]);
  expect(await to("/sites", { headers: { "hx-request": "true" } })).toEqual([200, "/login?next=%2Fsites"]);
  const headers = { authorization: `Bearer ${cloud.owner.token}` };
  expect(await (await app.request("/", { headers })).text()).toBe("owner@homepot.test");
});
