import { afterEach, beforeEach, expect, test } from "bun:test";
import type { AuditEntry } from "../../protocol/audit/audit.ts";
import { PASSWORD } from "../testing/start-cloud.ts";
import { startPages, type TestPages } from "../testing/start-pages.ts";
import { SETUP_MS } from "./setup.ts";

const PERSON = { name: "Ada", organization: "Bistro", email: "ada@homepot.test", password: PASSWORD };
let pages: TestPages;

/** A service that nobody has an account at yet. */
beforeEach(async () => {
  pages = await startPages();
  await pages.cloud.db.write(async (trx) => {
    for (const table of ["session", "member", "user"] as const) await trx.deleteFrom(table).execute();
  });
});
afterEach(() => pages[Symbol.asyncDispose]());

const begin = () => pages.cloud.cloud.accounts.beginSetup();
const make = (token: string, changes = {}) =>
  pages.send("/setup", { ...PERSON, ...changes, token }, null, { "user-agent": "Firefox" });

test("the link of a start makes the first account, which owns its organisation, and is used up", async () => {
  const token = (await begin())!;
  expect(await (await pages.open(`/setup?token=${token}`, null)).text()).toContain(`value="${token}"`);
  const made = await make(token);
  expect([made.status, made.headers.get("location")]).toEqual([303, "/"]);
  expect(made.headers.getSetCookie()[0]).toContain("HttpOnly");
  const session = pages.cloud.db.read.selectFrom("session").select(["ipAddress", "userAgent"]);
  expect(await session.execute()).toEqual([{ ipAddress: "127.0.0.1", userAgent: "Firefox" }]);
  expect((await pages.open(`/setup?token=${token}`, null)).status).toBe(404);
  expect((await make(token, { email: "eve@homepot.test" })).status).toBe(404);
  expect(await begin()).toBeNull();
  const login = await pages.send("/login", { email: PERSON.email, password: PASSWORD }, null);
  expect(login.status).toBe(303);
});

test("that the first account was made, by whom and from where, begins the audit log of its organisation", async () => {
  const asked = {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...PERSON, token: await begin() }),
  };
  const made = await pages.app.request("/api/v1/auth/setup", asked, { clientAddress: "192.0.2.7" });
  const { token } = (await made.json()) as { token: string };
  const headers = { authorization: `Bearer ${token}` };
  const answer = await pages.app.request("/api/v1/audit", { headers });
  const { items } = (await answer.json()) as { items: AuditEntry[] };
  const [first] = items;
  const person = { id: first!.target.id, name: PERSON.email };
  expect(
    items.map(({ seq, actor, action, target, from, after }) => [seq, actor, action, target, from, after]),
  ).toEqual([
    [
      ...[1, { ...person, name: PERSON.name }, "account.set-up"],
      { kind: "account", provenance: "real", ...person },
      "192.0.2.7",
      { name: PERSON.name, organization: PERSON.organization, role: "owner" },
    ],
  ]);
  const { organizationId } = await pages.cloud.db.read
    .selectFrom("member")
    .select("organizationId")
    .where("userId", "=", person.id)
    .executeTakeFirstOrThrow();
  expect(await pages.cloud.cloud.audit.verify(organizationId)).toEqual({ entries: 1, brokenAt: null });
});

test("no other text is a link, nor is that of an earlier start, nor one that is a day old", async () => {
  const first = (await begin())!;
  const token = (await begin())!;
  for (const wrong of ["", "x", first, `${token}a`]) expect((await make(wrong)).status).toBe(404);
  pages.cloud.clock.advance(SETUP_MS);
  expect((await make(token)).status).toBe(404);
});

test("it is no way in once somebody has an account by the command, and of two at once one gets it", async () => {
  const token = (await begin())!;
  const both = await Promise.all([make(token), make(token, { email: "eve@homepot.test" })]);
  expect(both.map(({ status }) => status).sort()).toEqual([303, 404]);
  await pages.cloud.db.write((trx) => trx.deleteFrom("member").execute());
  expect((await make(token)).status).toBe(404);
});

test("a form with a mistake is shown again, and the link is still good", async () => {
  const token = (await begin())!;
  const refused = await make(token, { password: "short" });
  const body = await refused.text();
  expect([refused.status, body.includes('id="password-error"'), body.includes('value="Bistro"')]).toEqual([
    422,
    true,
    true,
  ]);
  expect((await make(token)).status).toBe(303);
});
