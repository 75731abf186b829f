import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Member } from "../../protocol/accounts/member.ts";
import { PASSWORD } from "../testing/start-cloud.ts";
import { startPages, type TestPages } from "../testing/start-pages.ts";

/** What a page tells the person who just did something, and the way back. */

let pages: TestPages;
let session: string;
beforeAll(async () => {
  pages = await startPages();
  const entered = await pages.send("/login", { email: pages.cloud.owner.email, password: PASSWORD }, null);
  session = entered.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
});
afterAll(() => pages[Symbol.asyncDispose]());

const left = (answer: Response) =>
  answer.headers.getSetCookie().find((line) => line.startsWith("__Host-notice="));
const open = (notice: string, headers: Record<string, string> = {}) =>
  pages.open("/", null, { cookie: `${session}; __Host-notice=${encodeURIComponent(notice)}`, ...headers });
async function addMember(role: "operator" | "viewer"): Promise<string> {
  const { email } = await pages.cloud.addMember(role);
  const { items } = await pages.cloud.read<{ items: Member[] }>("/members");
  return items.find(({ user }) => user.email === email)!.id;
}
const GOOD = JSON.stringify({ kind: "site.saved", name: "Cardiff Bay" });

describe("a notice", () => {
  test("is told on the page that comes next, and on no other", async () => {
    const sent = await pages.send("/sites/new", { name: "<b>Bay</b>", timeZone: "UTC" });
    expect(left(sent)).toMatch(/^__Host-notice=[^;]+; Max-Age=30; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    expect(await pages.follow(sent)).toContain("<p>&lt;b>Bay&lt;/b> was added.</p>");
    expect(await (await pages.open("/")).text()).not.toContain("was added.");
    expect(left(await open(GOOD))).toContain("Max-Age=0");
  });

  test("is told inside a page that is changed by script, and taken by no part that renews itself", async () => {
    const boosted = await open(GOOD, { "hx-request": "true", "hx-boosted": "true" });
    expect(await boosted.text()).toContain("Cardiff Bay was saved.");
    const part = await open(GOOD, { "hx-request": "true" });
    expect([left(part), (await part.text()).includes("was saved.")]).toEqual([undefined, false]);
  });

  test.each([
    "",
    "{",
    "[]",
    JSON.stringify({ kind: "made.up", name: "x" }),
    JSON.stringify({ kind: "device.retired", name: "x", id: "../../logout" }),
    JSON.stringify({ kind: "site.saved", name: "x".repeat(201) }),
  ])("that is none of ours is dropped: %s", async (text) => {
    const answer = await open(text);
    expect([answer.status, (await answer.text()).includes('class="toast ')]).toEqual([200, false]);
  });
});

describe("what was done can be taken back", () => {
  test("a role, with the one the person had before", async () => {
    const id = await addMember("operator");
    const sent = await pages.send(`/settings/members/${id}/role`, { role: "viewer" });
    const body = await pages.follow(sent);
    const form = `<form method="post" action="/settings/members/${id}/role"><input type="hidden" name="role" value="operator"`;
    expect(body).toContain(form);
    const undone = await pages.send(`/settings/members/${id}/role`, { role: "operator" });
    expect(await pages.follow(undone)).toContain('name="role" value="viewer"');
  });

  test("but not the end of a membership or a session", async () => {
    const id = await addMember("viewer");
    const removed = await pages.follow(await pages.send(`/settings/members/${id}/remove`, {}));
    expect(removed).toContain("was removed from the organisation.");
    expect(removed).not.toContain(">Undo<");
    const ended = await pages.follow(await pages.send("/settings/sessions/end-others", {}));
    expect(ended).toContain("Every other session was ended.");
  });
});
