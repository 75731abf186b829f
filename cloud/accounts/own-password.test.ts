import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { ATTEMPTS_MAX } from "../http/attempts.ts";
import { PASSWORD, type Person, startCloud, type TestCloud } from "../testing/start-cloud.ts";
import { startPages } from "../testing/start-pages.ts";

const NEW = "a new long pass phrase";
let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startCloud();
});
afterAll(() => cloud[Symbol.asyncDispose]());

const login = (email: string, password: string) =>
  cloud.api("/auth/login", null, { json: { email, password } });
const change = (person: Person | null, current: string, password: string) =>
  cloud.api("/auth/password", person, { json: { current, password } });
const fieldsOf = async (answer: Response) =>
  ((await answer.json()) as { errors?: { path: string }[] }).errors?.map(({ path }) => path);

describe("one's own password", () => {
  test("is changed with the one there is; every other session ends, this one goes on, and the audit log knows", async () => {
    const ann = await cloud.addOwner("ann@homepot.test", "Of Ann");
    const other = (await (await login(ann.email, PASSWORD)).json()) as { token: string };
    expect((await change(ann, PASSWORD, NEW)).status).toBe(204);
    expect((await cloud.api("/auth/me", { ...ann, token: other.token })).status).toBe(401);
    expect((await cloud.api("/auth/me", ann)).status).toBe(200);
    expect((await login(ann.email, PASSWORD)).status).toBe(401);
    expect((await login(ann.email, NEW)).status).toBe(200);
    const { items } = await cloud.read<{ items: { target: { name: string } }[] }>(
      "/audit?action=account.password",
      ann,
    );
    expect(items.map(({ target }) => target.name)).toEqual([ann.email]);
    expect(JSON.stringify(items)).not.toContain(NEW);
  });

  test("stays as it is without the one there is, and for one that is no good", async () => {
    const bob = await cloud.addOwner("bob@homepot.test", "Of Bob");
    expect(await fieldsOf(await change(bob, "not the password", NEW))).toEqual(["current"]);
    expect(await fieldsOf(await change(bob, PASSWORD, "short"))).toEqual(["password"]);
    expect(await fieldsOf(await change(bob, PASSWORD, "qwertyuiop"))).toEqual(["password"]);
    expect((await change(null, PASSWORD, NEW)).status).toBe(401);
    expect((await login(bob.email, PASSWORD)).status).toBe(200);
  });

  test("is not guessed from a session that was left open", async () => {
    const eve = await cloud.addOwner("eve@homepot.test", "Of Eve");
    for (let guess = 0; guess < ATTEMPTS_MAX; guess += 1)
      expect((await change(eve, `guess ${guess}`, NEW)).status).toBe(400);
    const refused = await change(eve, PASSWORD, NEW);
    expect([refused.status, Number(refused.headers.get("retry-after")) > 0]).toEqual([429, true]);
  });

  test("is weighed wherever one is chosen: sign-up, invitation, link", async () => {
    await using open = await startCloud({ signupOpen: true });
    const weak = "homepot2026";
    const json = { email: "weak@homepot.test", password: weak, name: "Weak", organization: "Weakly" };
    const signup = await open.api("/auth/signup", null, { json });
    expect([signup.status, await fieldsOf(signup)]).toEqual([400, ["password"]]);

    const invited = { email: "asked@homepot.test", role: "viewer" };
    expect((await open.api("/invitations", open.owner, { json: invited })).status).toBe(201);
    const invitation = new URL(open.invitationLinks.at(-1) ?? "").searchParams.get("token");
    const joined = await open.api("/auth/accept-invitation", null, {
      json: { token: invitation, name: "Asked", password: weak },
    });
    expect([joined.status, await fieldsOf(joined)]).toEqual([400, ["password"]]);

    await open.api("/auth/forgot-password", null, { json: { email: open.owner.email } });
    await open.cloud.accounts.settled();
    const token = new URL(open.resetLinks.at(-1) ?? "").searchParams.get("token");
    const reset = (password: string) => open.api("/auth/reset-password", null, { json: { token, password } });
    expect(await fieldsOf(await reset(weak))).toEqual(["password"]);
    // The link is still good for a better one.
    expect((await reset(NEW)).status).toBe(204);
  });
});

test("the page says at each field what is wrong with it, and shows nothing that was typed", async () => {
  await using pages = await startPages();
  const refused = await pages.send("/settings/password", {
    current: "not it at all",
    password: "qwertyuiop",
  });
  const html = await refused.text();
  expect(refused.status).toBe(422);
  expect(html).toContain("Is not your password");
  expect(html).not.toContain("not it at all");
  const done = await pages.send("/settings/password", { current: PASSWORD, password: NEW });
  expect([done.status, done.headers.get("location")]).toEqual([303, "/settings"]);
});

describe("a log-in", () => {
  test("ends the session the browser had, so that one planted there is of no use", async () => {
    const first = await login("owner@homepot.test", PASSWORD);
    const cookie = first.headers
      .getSetCookie()
      .map((line) => line.split(";")[0])
      .join("; ");
    const second = await cloud.api("/auth/login", null, {
      json: { email: "owner@homepot.test", password: PASSWORD },
      headers: { cookie },
    });
    expect(second.headers.getSetCookie().some((line) => /session_token=[^;]/.test(line))).toBe(true);
    expect((await cloud.api("/auth/me", null, { headers: { cookie } })).status).toBe(401);
  });

  test("costs as much for somebody nobody knows: one hash, as for a wrong password", async () => {
    const calls: string[] = [];
    await using counted = await startCloud({
      passwords: {
        hash: (password) => {
          calls.push("hash");
          return Bun.password.hash(password, { algorithm: "argon2id", memoryCost: 8, timeCost: 1 });
        },
        verify: (password, hash) => {
          calls.push("verify");
          return Bun.password.verify(password, hash);
        },
      },
    });
    const cost = async (email: string) => {
      calls.length = 0;
      await counted.api("/auth/login", null, { json: { email, password: "wrong every time" } });
      return calls.length;
    };
    expect([await cost("owner@homepot.test"), await cost("nobody@homepot.test")]).toEqual([1, 1]);
  });
});
