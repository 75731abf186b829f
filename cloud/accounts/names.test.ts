import { afterEach, beforeEach, expect, test } from "bun:test";
import type { Me } from "../../protocol/accounts/account.ts";
import type { Page } from "../../protocol/api/list.ts";
import type { AuditEntry } from "../../protocol/audit/audit.ts";
import { startPages, type TestPages } from "../testing/start-pages.ts";

/** What people and organisations are called. */

let pages: TestPages;
beforeEach(async () => {
  pages = await startPages();
});
afterEach(() => pages[Symbol.asyncDispose]());

const newest = async () => {
  const { items } = await pages.cloud.read<Page<AuditEntry>>("/audit?limit=1");
  const { action, target, before, after } = items[0]!;
  return { action, target: target.name, before, after };
};

test("a person has another name at once, wherever it is said, and the audit log has both", async () => {
  const { cloud } = pages;
  const { user } = await cloud.read<Me>("/auth/me");
  const answer = await cloud.api("/auth/me", cloud.owner, { method: "PATCH", json: { name: " Ada Byron " } });
  expect([answer.status, ((await answer.json()) as Me).user]).toEqual([200, { ...user, name: "Ada Byron" }]);
  expect((await cloud.read<Me>("/auth/me")).user.name).toBe("Ada Byron");
  const { items } = await cloud.read<{ items: { user: { name: string } }[] }>("/members");
  expect(items.map((member) => member.user.name)).toEqual(["Ada Byron"]);
  expect(await newest()).toEqual({
    ...{ action: "account.rename", target: user.email },
    ...{ before: { name: user.name }, after: { name: "Ada Byron" } },
  });
});

test.each([[{ name: " " }], [{ name: "x".repeat(101) }], [{}], [{ name: "Ada", email: "a@b.test" }]])(
  "%j is no name",
  async (json) => {
    const { cloud } = pages;
    const answer = await cloud.api("/auth/me", cloud.owner, { method: "PATCH", json });
    expect(answer.status).toBe(400);
    expect((await cloud.api("/organization", cloud.owner, { method: "PATCH", json })).status).toBe(400);
  },
);

test("an organisation has another name, and nobody's is lost", async () => {
  const { cloud } = pages;
  const read = await cloud.api("/organization", cloud.owner);
  const { id, name } = (await read.json()) as { id: string; name: string };
  const headers = { "if-match": read.headers.get("etag")! };
  const rename = (to: string) =>
    cloud.api("/organization", cloud.owner, { method: "PATCH", json: { name: to }, headers });
  const renamed = await rename("Harbour Foods");
  expect([renamed.status, await renamed.json()]).toEqual([200, { id, name: "Harbour Foods" }]);
  expect((await cloud.read<Me>("/auth/me")).organization).toEqual({ id, name: "Harbour Foods" });
  expect(await newest()).toEqual({
    ...{ action: "organization.update", target: "Harbour Foods" },
    ...{ before: { name }, after: { name: "Harbour Foods" } },
  });
  const late = await rename("Bay Foods");
  expect([late.status, ((await late.json()) as { errors: object[] }).errors]).toEqual([
    412,
    [{ path: "name", message: 'is now "Harbour Foods"' }],
  ]);
});

test("both are changed in the settings", async () => {
  const own = await pages.send("/settings/name", { name: "Ada Byron" });
  expect([own.status, own.headers.get("location")]).toEqual([303, "/settings"]);
  expect(await pages.follow(own)).toContain("You are called Ada Byron from now on.");
  const form = await (await pages.open("/settings/organization/name")).text();
  const version = /name="version" value="([^"]+)"/.exec(form)![1]!;
  const refused = await pages.send("/settings/organization/name", { name: "", version });
  expect([refused.status, await refused.text()]).toEqual([
    422,
    expect.stringContaining("Enter the name of your organisation"),
  ]);
  const named = await pages.send("/settings/organization/name", { name: "Harbour Foods", version });
  expect(await pages.follow(named)).toContain("The organisation is called Harbour Foods from now on.");
  const late = await pages.send("/settings/organization/name", { name: "Bay Foods", version });
  expect([late.status, await late.text()]).toEqual([412, expect.stringContaining("Harbour Foods")]);
});
