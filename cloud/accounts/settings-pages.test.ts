import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { PASSWORD, type Person } from "../testing/start-cloud.ts";
import { startPages, type TestPages } from "../testing/start-pages.ts";

let pages: TestPages;
beforeAll(async () => {
  pages = await startPages();
});
afterAll(() => pages[Symbol.asyncDispose]());

const text = async (path: string, as?: Person | null): Promise<string> =>
  (await pages.open(path, ...(as === undefined ? [] : [as]))).text();
const tokenIn = (html: string): string => /invitation\?token=([\w-]+)/.exec(html)?.[1] ?? "";

describe("the pages of members", () => {
  test("lead from an invitation to a new account that is logged in", async () => {
    const made = await pages.send("/settings/members", { email: "ann@homepot.test", role: "operator" });
    const html = await made.text();
    expect(html).toContain("ann@homepot.test is invited");
    const token = tokenIn(html);
    expect(await text(`/invitation?token=${token}`, null)).toContain("Join Homepot");
    const short = await pages.send("/invitation", { token, name: "Ann", password: "short" }, null);
    expect([short.status, (await short.text()).includes('id="password-error"')]).toEqual([422, true]);
    const joined = await pages.send("/invitation", { token, name: "Ann", password: PASSWORD }, null);
    expect([joined.status, joined.headers.get("location")]).toEqual([303, "/"]);
    expect(joined.headers.getSetCookie()[0]).toContain("HttpOnly");
    const used = await pages.send("/invitation", { token, name: "Ann", password: PASSWORD }, null);
    expect(await used.text()).toContain("This invitation cannot be used");
    expect(await text("/settings/members")).toContain("ann@homepot.test");
  });

  test("let somebody who has an account join with it, and with no other", async () => {
    const bob = await pages.cloud.addOwner("bob@elsewhere.test", "Bob's own");
    const eve = await pages.cloud.addOwner("eve@elsewhere.test", "Eve's own");
    const made = await pages.send("/settings/members", { email: bob.email, role: "viewer" });
    const token = tokenIn(await made.text());
    expect(await text(`/invitation?token=${token}`, null)).toContain("Log in with it to join");
    expect(await text(`/invitation?token=${token}`, eve)).toContain(
      "You are logged in as eve@elsewhere.test",
    );
    const foreign = await pages.send("/invitation", { token }, eve);
    expect(foreign.status).toBe(403);
    const joined = await pages.send("/invitation", { token }, bob);
    expect(joined.headers.get("location")).toBe("/");
    const own = await text("/settings", bob);
    expect(own).toContain("You are here");
    const id = /name="id" value="([^"]+)"/.exec(own)?.[1] ?? "";
    expect((await pages.send("/settings/organization", { id }, bob)).status).toBe(303);
    expect(await text("/settings", bob)).toContain("Owner of Bob's own");
    expect((await pages.send("/settings/organization", { id: "none" }, bob)).status).toBe(404);
  });

  test("change a role, remove a member, withdraw an invitation, and say why not", async () => {
    const viewer = await pages.cloud.addMember("viewer");
    const { items } = await pages.cloud.read<{ items: { id: string; user: { email: string } }[] }>(
      "/members",
    );
    const of = (email: string): string => items.find(({ user }) => user.email === email)!.id;
    const member = of(viewer.email);
    expect((await pages.send(`/settings/members/${member}/role`, { role: "operator" })).status).toBe(303);
    expect((await pages.send(`/settings/members/${member}/role`, { role: "chief" })).status).toBe(422);
    const last = await pages.send(`/settings/members/${of(pages.cloud.owner.email)}/remove`, {});
    expect([last.status, (await last.text()).includes("An organisation needs an owner")]).toEqual([
      409,
      true,
    ]);
    expect((await pages.send(`/settings/members/${member}/remove`, {})).status).toBe(303);
    const made = await pages.send("/settings/members", { email: "cy@homepot.test", role: "viewer" });
    const id = /invitations\/(\w+)\/withdraw/.exec(await made.text())?.[1] ?? "";
    expect((await pages.send(`/settings/invitations/${id}/withdraw`, {})).status).toBe(303);
    expect((await pages.send(`/settings/invitations/${id}/withdraw`, {})).status).toBe(404);
    const bad = await pages.send("/settings/members", { email: "nobody", role: "viewer" });
    expect([bad.status, (await bad.text()).includes('id="email-error"')]).toEqual([422, true]);
  });

  test("show a reader no controls, and an installer nothing", async () => {
    const viewer = await pages.cloud.addMember("viewer");
    const html = await text("/settings/members", viewer);
    expect(html).not.toContain("Send invitation");
    expect(
      (await pages.send("/settings/members", { email: "x@y.test", role: "viewer" }, viewer)).status,
    ).toBe(403);
    const installer = await pages.cloud.addMember("installer");
    expect((await pages.open("/settings/members", installer)).status).toBe(403);
    expect(await text("/settings", installer)).not.toContain('href="/settings/audit"');
  });
});

describe("the page of one's own account", () => {
  test("lists sessions by browser and address, and ends them", async () => {
    const dan = await pages.cloud.addOwner("dan@homepot.test", "Dan's");
    const again = { email: dan.email, password: PASSWORD };
    await pages.app.request("https://homepot.test/login", {
      method: "POST",
      body: new URLSearchParams(again),
      headers: { "user-agent": "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0" },
    });
    const html = await text("/settings", dan);
    expect(html).toContain("Firefox on Linux");
    expect(html).toContain("This one");
    const id = /sessions\/([\w-]+)\/end/.exec(html)?.[1] ?? "";
    expect((await pages.send(`/settings/sessions/${id}/end`, {}, dan)).status).toBe(303);
    expect((await pages.send(`/settings/sessions/${id}/end`, {}, dan)).status).toBe(404);
    expect((await pages.send("/settings/sessions/end-others", {}, dan)).status).toBe(303);
    const { items } = await pages.cloud.cloud.accounts.sessions
      .list(dan.scope.userId, "")
      .then((list) => ({ items: list }));
    expect(items.length).toBe(1);
  });
});

describe("the page of the audit log", () => {
  test("tells who did what, and is searched", async () => {
    await pages.send("/sites/new", { name: "Barry", timeZone: "UTC" });
    expect(await text("/settings/audit")).toContain("site.create");
    expect(await text("/settings/audit?q=nothing-like-it")).toContain("Nothing matches");
    expect((await pages.open("/settings/audit?cursor=nonsense")).status).toBe(400);
    expect((await pages.open("/settings/audit?action=NO")).status).toBe(400);
    const viewer = await pages.cloud.addMember("viewer");
    expect((await pages.open("/settings/audit", viewer)).status).toBe(403);
  });
});
