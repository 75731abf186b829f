import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { ORIGIN, PASSWORD } from "../testing/start-cloud.ts";
import { startPages, type TestPages } from "../testing/start-pages.ts";

let pages: TestPages;
beforeAll(async () => {
  pages = await startPages({ signupOpen: true });
});
afterAll(() => pages[Symbol.asyncDispose]());

const login = (form: Record<string, string> = {}) =>
  pages.send("/login", { email: "owner@homepot.test", password: PASSWORD, ...form }, null);

describe("logging in", () => {
  test("sends who is not to the log-in, and back afterwards", async () => {
    const turned = await pages.open("/devices?health=error", null);
    expect([turned.status, turned.headers.get("location")]).toEqual([
      303,
      "/login?next=%2Fdevices%3Fhealth%3Derror",
    ]);
    const form = await pages.open("/login?next=%2Fdevices%3Fhealth%3Derror", null);
    expect(await form.text()).toContain('value="/devices?health=error"');
    const entered = await login({ next: "/devices?health=error" });
    expect([entered.status, entered.headers.get("location")]).toEqual([303, "/devices?health=error"]);
    expect(entered.headers.getSetCookie()[0]).toContain("HttpOnly");
  });

  test("never sends anybody to another site", async () => {
    expect((await login({ next: "//evil.example" })).headers.get("location")).toBe("/");
  });

  test("shows the form again with what is wrong, and without the password", async () => {
    const refused = await login({ password: "not the password" });
    expect(refused.status).toBe(401);
    const text = await refused.text();
    expect(text).toContain("Email or password is wrong");
    expect(text).toContain('value="owner@homepot.test"');
    expect(text).not.toContain("not the password");
    const empty = await login({ email: "", password: "" });
    expect(empty.status).toBe(422);
    expect(await empty.text()).toContain('id="email-error"');
  });

  test("is not asked of who is logged in already", async () => {
    const turned = await pages.open("/login?next=/sites");
    expect(turned.headers.get("location")).toBe("/sites");
  });

  test("ends: the cookie is of no use afterwards", async () => {
    const cookie = (await login()).headers
      .getSetCookie()
      .map((line) => line.split(";")[0])
      .join("; ");
    const open = () => pages.open("/sites", null, { cookie });
    expect((await open()).status).toBe(200);
    const out = await pages.app.request("https://homepot.test/logout", {
      method: "POST",
      headers: { cookie },
    });
    expect([out.status, out.headers.get("location")]).toEqual([303, "/login"]);
    expect((await open()).status).toBe(303);
    expect((await pages.send("/logout", {}, null)).status).toBe(303);
  });

  test("a form of another site is refused", async () => {
    const refused = await pages.app.request("https://homepot.test/login", {
      method: "POST",
      body: new URLSearchParams({ email: "owner@homepot.test", password: PASSWORD }),
      headers: { origin: "https://evil.example" },
    });
    expect(refused.status).toBe(403);
  });
});

describe("making an account", () => {
  const person = {
    name: "Ada",
    organization: "Engines",
    email: "ada@engines.test",
    password: "a long pass phrase",
  };

  test("logs in whom it made", async () => {
    expect(await (await pages.open("/signup", null)).text()).toContain("Make an account");
    const made = await pages.send("/signup", person, null);
    expect([made.status, made.headers.get("location")]).toEqual([303, "/"]);
    expect(made.headers.getSetCookie().length).toBeGreaterThan(0);
  });

  test("says at each field what is wrong with it", async () => {
    const refused = await pages.send("/signup", { ...person, email: "ada", password: "short" }, null);
    const text = await refused.text();
    expect(refused.status).toBe(422);
    expect(text).toContain('id="email-error"');
    expect(text).toContain('id="password-error"');
    expect(text).not.toContain('id="name-error"');
    const taken = await pages.send("/signup", person, null);
    expect(taken.status).toBe(409);
  });

  test("is refused in words where sign-up is by invitation", async () => {
    await using closed = await startPages();
    for (const answer of [await closed.open("/signup", null), await closed.send("/signup", person, null)]) {
      expect(answer.status).toBe(403);
      expect(await answer.text()).toContain("Sign-up is by invitation");
    }
    expect(await (await closed.open("/login", null)).text()).not.toContain('href="/signup"');
  });
});

describe("a forgotten password", () => {
  test("is replaced by the link that was sent", async () => {
    expect((await pages.open("/forgot-password", null)).status).toBe(200);
    const sent = await pages.send("/forgot-password", { email: pages.cloud.owner.email }, null);
    expect(await sent.text()).toContain("a link is on its way");
    await pages.cloud.cloud.accounts.settled();
    const link = new URL(pages.cloud.resetLinks.at(-1)!);
    const form = await pages.open(`${link.pathname}${link.search}`, null);
    expect(await form.text()).toContain(link.searchParams.get("token")!);

    const token = link.searchParams.get("token")!;
    const short = await pages.send("/reset-password", { token, password: "short" }, null);
    expect(await short.text()).toContain('id="password-error"');
    const set = await pages.send("/reset-password", { token, password: PASSWORD }, null);
    expect([set.status, set.headers.get("location")]).toEqual([303, "/login?done=reset"]);
    expect(await (await pages.open("/login?done=reset", null)).text()).toContain("Your new password is set");

    const again = await pages.send("/reset-password", { token, password: PASSWORD }, null);
    expect(again.status).toBe(422);
    expect(await again.text()).toContain("This link cannot be used any more");
  });

  test("tells nobody who has an account, and says what is no address", async () => {
    const unknown = await pages.send("/forgot-password", { email: "nobody@homepot.test" }, null);
    expect(await unknown.text()).toContain("a link is on its way");
    const bad = await pages.send("/forgot-password", { email: "nobody" }, null);
    expect([bad.status, (await bad.text()).includes('id="email-error"')]).toEqual([422, true]);
  });
});

test("the theme is kept in a cookie, and the page is drawn in it from its first tag", async () => {
  const chosen = await pages.send("/theme", { theme: "dark", next: "/sites?q=a" }, null);
  expect([chosen.status, chosen.headers.get("location")]).toEqual([303, "/sites?q=a"]);
  const cookie = chosen.headers.getSetCookie()[0]!.split(";")[0]!;
  expect(cookie).toBe("__Host-theme=dark");
  const page = await (await pages.open("/login", null, { cookie })).text();
  expect(page).toContain('<html lang="en" data-theme="dark">');
  const other = await pages.send("/theme", { theme: "purple", next: "https://evil.example" }, null);
  expect([other.headers.getSetCookie()[0]?.split(";")[0], other.headers.get("location")]).toEqual([
    "__Host-theme=system",
    "/",
  ]);
});

test("the language is the chosen one, else the browser's, and no cache takes one for the other", async () => {
  const asked = async (headers: Record<string, string>) => {
    const page = await pages.open("/login", null, headers);
    expect(page.headers.get("vary")).toContain("Accept-Language, Cookie");
    const [, language] = /<html lang="(\w+)"/.exec(await page.text()) ?? [];
    expect(page.headers.get("content-language")).toBe(language ?? "none");
    return language;
  };
  expect(await asked({})).toBe("en");
  expect(await asked({ "accept-language": "de-CH, en;q=0.5" })).toBe("de");
  const chosen = await pages.send("/language", { language: "de", next: "/login?next=/sites" }, null);
  expect(chosen.headers.get("location")).toBe("/login?next=/sites");
  const cookie = chosen.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  expect(cookie).toBe("__Host-language=de");
  expect(await asked({ cookie, "accept-language": "en" })).toBe("de");
  const unknown = await pages.send("/language", { language: "xx", next: "https://evil.example" }, null);
  expect([unknown.headers.get("location"), unknown.headers.getSetCookie()]).toEqual(["/", []]);
});

test("a form that was refused says why in the reader's language; the API says it in English", async () => {
  const body = new URLSearchParams({ email: "nobody", password: "" });
  const refused = await pages.app.request(`${ORIGIN}/login`, {
    method: "POST",
    body,
    headers: { cookie: "language=de", origin: ORIGIN },
  });
  const text = await refused.text();
  expect(text).toContain("Muss eine E-Mail-Adresse sein");
  expect(text).toContain("Geben Sie Ihr Passwort ein");
});
