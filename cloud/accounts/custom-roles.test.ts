import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Me } from "../../protocol/accounts/account.ts";
import type { InvitationMade, Member } from "../../protocol/accounts/member.ts";
import type { Permission } from "../../protocol/accounts/permissions.ts";
import type { Role } from "../../protocol/accounts/role.ts";
import type { AuditEntry } from "../../protocol/audit/audit.ts";
import { DAY } from "../../protocol/units.ts";
import { FakeBrowser, settled } from "../live/testing/start-live.ts";
import { PASSWORD, type Person, startCloud, type TestCloud } from "../testing/start-cloud.ts";

let cloud: TestCloud;
let owner: Person;
beforeAll(async () => {
  cloud = await startCloud();
  owner = cloud.owner;
});
afterAll(() => cloud[Symbol.asyncDispose]());

const ROLES = "/organization/roles";
async function call(method: string, path: string, by: Person | null, json?: object, headers = {}) {
  const body = json === undefined ? {} : { json };
  const answer = await cloud.api(path, by, { method, headers, ...body });
  const text = await answer.text();
  const etag = answer.headers.get("etag") ?? "";
  return { status: answer.status, etag, body: text === "" ? {} : JSON.parse(text) };
}
async function addRole(name: string, permissions: Permission[], by = owner): Promise<Role> {
  return (await call("POST", ROLES, by, { name, permissions })).body;
}
const memberOf = async (person: Person): Promise<Member> =>
  (await cloud.read<{ items: Member[] }>("/members")).items.find(
    ({ user }) => user.id === person.scope.userId,
  )!;
const giveRole = async (person: Person, role: string, by = owner) =>
  call("PATCH", `/members/${(await memberOf(person)).id}`, by, { role });
const newestEntry = async (): Promise<AuditEntry> =>
  (await cloud.read<{ items: AuditEntry[] }>("/audit?limit=1")).items[0]!;
const codeOf = ({ status, body }: { status: number; body: { code?: string } }) => [status, body.code];

describe("a role of an organisation's own", () => {
  test("is made of permissions, listed after the built-in ones, and told of in the audit log", async () => {
    const given = { name: " Night shift ", description: "Looks after fridges" };
    const permissions = ["device:write", "device:read", "device:read"];
    const { status, body } = await call("POST", ROLES, owner, { ...given, permissions });
    expect([status, body]).toEqual([
      201,
      {
        id: expect.any(String),
        name: "Night shift",
        description: "Looks after fridges",
        permissions: ["device:read", "device:write"],
        builtIn: false,
        members: 0,
        invitations: 0,
        createdAt: expect.any(String),
        updatedAt: expect.any(String),
      },
    ]);
    const { items } = await cloud.read<{ items: Role[] }>(ROLES);
    expect(items.map(({ name }) => name)).toEqual([
      ...["owner", "administrator", "operator", "viewer", "installer"],
      "Night shift",
    ]);
    expect(items[0]).toMatchObject({ id: "owner", builtIn: true, members: 1, createdAt: null });
    expect(await newestEntry()).toMatchObject({
      action: "role.create",
      target: { id: body.id, name: "Night shift" },
      after: { name: "Night shift", permissions: ["device:read", "device:write"] },
    });
  });

  test.each([
    ["no name", { name: " ", permissions: ["site:read"] }, "name"],
    ["the name of a built-in role", { name: "Owner", permissions: ["site:read"] }, "name"],
    ["no permission", { name: "Idle", permissions: [] }, "permissions"],
    ["a permission there is not", { name: "Idle", permissions: ["site:burn"] }, "permissions.0"],
  ])("has not %s", async (_, input, path) => {
    expect(await call("POST", ROLES, owner, input)).toMatchObject({
      status: 400,
      body: { errors: [{ path }] },
    });
  });

  test("has a name that no other of the organisation has, whatever its case", async () => {
    await addRole("Auditor", ["audit:read"]);
    const taken = { status: 409, body: { code: "record.conflict", errors: [{ path: "name" }] } };
    const input = { name: "AUDITOR", permissions: ["audit:read"] };
    expect(await call("POST", ROLES, owner, input)).toMatchObject(taken);
    const { id } = await addRole("Auditor 2", ["audit:read"]);
    expect(await call("PUT", `${ROLES}/${id}`, owner, input)).toMatchObject(taken);
    const elsewhere = await cloud.addOwner("auditor@elsewhere.test", "Elsewhere");
    expect(await call("POST", ROLES, elsewhere, input)).toMatchObject({ status: 201 });
  });

  test("is changed from the version that was read, and the audit log has it before and after", async () => {
    const { id } = await addRole("Caretaker", ["device:read"]);
    const { etag } = await call("GET", `${ROLES}/${id}`, owner);
    const input = { name: "Caretaker", description: "", permissions: ["device:read", "site:read"] };
    const changed = await call("PUT", `${ROLES}/${id}`, owner, input, { "if-match": etag });
    expect(changed).toMatchObject({ status: 200, body: { permissions: ["site:read", "device:read"] } });
    expect(await newestEntry()).toMatchObject({
      action: "role.update",
      before: { permissions: ["device:read"] },
      after: { permissions: ["site:read", "device:read"] },
    });
    const late = await call("PUT", `${ROLES}/${id}`, owner, { ...input, name: "X" }, { "if-match": etag });
    expect(late).toMatchObject({ status: 412, body: { errors: [{ path: "permissions" }] } });
    const deleted = await call("DELETE", `${ROLES}/${id}`, owner, undefined, { "if-match": etag });
    expect(deleted.status).toBe(412);
    expect((await call("DELETE", `${ROLES}/${id}`, owner)).status).toBe(204);
    expect(await newestEntry()).toMatchObject({ action: "role.delete", before: { name: "Caretaker" } });
    expect((await call("GET", `${ROLES}/${id}`, owner)).status).toBe(404);
  });

  test("is made once by a request that comes twice", async () => {
    const json = { name: "Once", permissions: ["site:read"] };
    const send = () => call("POST", ROLES, owner, json, { "idempotency-key": "role-once" });
    const [first, second] = [await send(), await send()];
    expect([first.status, second.status, second.body]).toEqual([201, 201, first.body]);
  });

  test("is carried by members, and what it allows counts from the next request on", async () => {
    const { id } = await addRole("Fridge watch", ["device:read"]);
    const ann = await cloud.addMember("viewer");
    expect(await giveRole(ann, id)).toMatchObject({
      status: 200,
      body: { role: id, roleName: "Fridge watch" },
    });
    expect(await newestEntry()).toMatchObject({
      action: "member.update",
      before: { role: "viewer" },
      after: { role: id, roleName: "Fridge watch" },
    });
    expect(await cloud.read<Me>("/auth/me", ann)).toMatchObject({
      role: id,
      roleName: "Fridge watch",
      permissions: ["device:read"],
    });
    const statuses = async () =>
      Promise.all(["/devices", "/sites"].map(async (path) => (await call("GET", path, ann)).status));
    expect(await statuses()).toEqual([200, 403]);
    await call("PUT", `${ROLES}/${id}`, owner, { name: "Fridge watch", permissions: ["site:read"] });
    expect(await statuses()).toEqual([403, 200]);
    expect(await memberOf(ann)).toMatchObject({ role: id, roleName: "Fridge watch" });
  });

  test("ends at once what an open page hears by another", async () => {
    const { id } = await addRole("Screen", ["site:read"]);
    const screen = await cloud.addMember(id);
    const opened = async () => {
      const browser = new FakeBrowser();
      const { role, permissions } = await cloud.read<Me>("/auth/me", screen);
      cloud.cloud.live.open(
        browser,
        { ...screen.scope, role, permissions },
        screen.token.split(".")[0] ?? "",
      );
      return browser;
    };
    const before = await opened();
    await call("PUT", `${ROLES}/${id}`, owner, { name: "Screen, renamed", permissions: ["site:read"] });
    await settled();
    expect(before.closed).toBeNull();
    await call("PUT", `${ROLES}/${id}`, owner, { name: "Screen", permissions: ["device:read"] });
    await settled();
    expect(before.closed).toEqual({ code: 1008, reason: "auth.changed" });
    const after = await opened();
    await giveRole(screen, "viewer");
    await settled();
    expect(after.closed).toMatchObject({ reason: "auth.changed" });
    const last = await opened();
    await call("DELETE", `/members/${(await memberOf(screen)).id}`, owner);
    await settled();
    expect(last.closed).toMatchObject({ reason: "auth.required" });
  });

  test("is carried by an invitation to whoever accepts it", async () => {
    const { id } = await addRole("Guest", ["site:read"]);
    const invited = await call("POST", "/invitations", owner, { email: "guest@homepot.test", role: id });
    expect(invited).toMatchObject({ status: 201, body: { role: id, roleName: "Guest" } });
    const token = new URL((invited.body as InvitationMade).link).searchParams.get("token");
    const view = await call("GET", `/auth/invitation?token=${token}`, null);
    expect(view.body).toMatchObject({ role: id, roleName: "Guest" });
    const joining = { token, name: "Gus", password: PASSWORD };
    const joined = await call("POST", "/auth/accept-invitation", null, joining);
    expect(joined.body).toMatchObject({ role: id, roleName: "Guest", permissions: ["site:read"] });
  });

  test("is not deleted while members or open invitations carry it; the answer names them", async () => {
    const { id } = await addRole("Carried", ["site:read"]);
    const bob = await cloud.addMember(id);
    await call("POST", "/invitations", owner, { email: "soon@homepot.test", role: id });
    expect((await call("GET", `${ROLES}/${id}`, owner)).body).toMatchObject({ members: 1, invitations: 1 });
    const refused = await call("DELETE", `${ROLES}/${id}`, owner);
    expect(codeOf(refused)).toEqual([409, "role.in-use"]);
    expect(refused.body.detail).toBe(
      `Carried is in use; members with it: Owner (${bob.email}); invitations with it: soon@homepot.test`,
    );
    await giveRole(bob, "viewer");
    const stillInvited = await call("DELETE", `${ROLES}/${id}`, owner);
    expect(stillInvited.body.detail).toBe("Carried is in use; invitations with it: soon@homepot.test");
    cloud.clock.advance(7 * DAY + 1);
    expect((await call("DELETE", `${ROLES}/${id}`, owner)).status).toBe(204);
  });

  test("names at most ten of those who carry it", async () => {
    const { id } = await addRole("Crowded", ["site:read"]);
    for (let number = 0; number < 12; number += 1)
      await call("POST", "/invitations", owner, { email: `crowd${number}@homepot.test`, role: id });
    expect((await call("DELETE", `${ROLES}/${id}`, owner)).body.detail).toEndWith(" and 2 more");
  });

  test("of another organisation is no role here", async () => {
    const foreign = await addRole("Foreign", ["site:read"], await cloud.addOwner("f@f.test", "Foreign"));
    const ann = await cloud.addMember("viewer");
    const field = { status: 400, body: { errors: [{ path: "role" }] } };
    expect(await giveRole(ann, foreign.id)).toMatchObject(field);
    const input = { email: "new@homepot.test", role: foreign.id };
    expect(await call("POST", "/invitations", owner, input)).toMatchObject(field);
    expect(await memberOf(ann)).toMatchObject({ role: "viewer" });
  });

  test("that is gone allows nothing to whoever still carries it", async () => {
    const { id } = await addRole("Gone", ["site:read"]);
    const carrier = await cloud.addMember(id);
    await cloud.db.write((trx) => trx.deleteFrom("custom_role").where("id", "=", id).execute());
    expect((await call("GET", "/sites", carrier)).status).toBe(403);
    expect(await cloud.read<Me>("/auth/me", carrier)).toMatchObject({ permissions: [] });
  });
});

test("a built-in role is neither changed nor deleted", async () => {
  const input = { name: "Lookers", permissions: ["site:read"] };
  expect(codeOf(await call("PUT", `${ROLES}/viewer`, owner, input))).toEqual([409, "role.built-in"]);
  expect(codeOf(await call("DELETE", `${ROLES}/viewer`, owner))).toEqual([409, "role.built-in"]);
  expect((await call("GET", `${ROLES}/viewer`, owner)).body).toMatchObject({ builtIn: true });
});

describe("whoever may not do everything", () => {
  const forbidden = [403, "auth.forbidden"];
  let manager: Person;
  let role: Role;
  beforeAll(async () => {
    role = await addRole("People manager", ["member:read", "member:write", "site:read"]);
    manager = await cloud.addMember(role.id);
  });

  test("makes roles of what they may do themselves, and of nothing else", async () => {
    const beyond = { name: "More", permissions: ["site:read", "site:write"] };
    const refused = await call("POST", ROLES, manager, beyond);
    expect(codeOf(refused)).toEqual(forbidden);
    expect(refused.body.errors).toEqual([
      { path: "permissions", message: "has what you may not do yourself: site:write" },
    ]);
    expect((await addRole("Less", ["site:read"], manager)).permissions).toEqual(["site:read"]);
  });

  test("neither changes nor deletes a role that allows more, their own neither to more", async () => {
    const strong = await addRole("Strong", ["site:read", "site:write"]);
    const input = { name: "Strong", permissions: ["site:read"] };
    expect(codeOf(await call("PUT", `${ROLES}/${strong.id}`, manager, input))).toEqual(forbidden);
    expect(codeOf(await call("DELETE", `${ROLES}/${strong.id}`, manager))).toEqual(forbidden);
    const more = { name: role.name, permissions: [...role.permissions, "site:write"] };
    expect(codeOf(await call("PUT", `${ROLES}/${role.id}`, manager, more))).toEqual(forbidden);
  });

  test("gives no role that allows more, by membership or invitation, and takes none away", async () => {
    const weak = await addRole("Weak", ["site:read"]);
    const ann = await cloud.addMember(weak.id);
    expect(codeOf(await giveRole(ann, "viewer", manager))).toEqual(forbidden);
    expect(codeOf(await giveRole(manager, "administrator", manager))).toEqual(forbidden);
    const invite = (to: string) =>
      call("POST", "/invitations", manager, { email: "helper@homepot.test", role: to });
    expect(codeOf(await invite("administrator"))).toEqual(forbidden);
    expect((await invite(weak.id)).status).toBe(201);
    const viewer = await cloud.addMember("viewer");
    expect(codeOf(await giveRole(viewer, weak.id, manager))).toEqual(forbidden);
    const { id } = await memberOf(viewer);
    expect(codeOf(await call("DELETE", `/members/${id}`, manager))).toEqual(forbidden);
    expect((await giveRole(ann, role.id, manager)).status).toBe(200);
  });
});
