import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Invitation, InvitationMade, Member, OwnSession } from "../../protocol/accounts/member.ts";
import { DAY } from "../../protocol/units.ts";
import { PASSWORD, type Person, startCloud, type TestCloud } from "../testing/start-cloud.ts";

let cloud: TestCloud;
let owner: Person;
beforeAll(async () => {
  cloud = await startCloud();
  owner = cloud.owner;
});
afterAll(() => cloud[Symbol.asyncDispose]());

async function call(
  method: string,
  path: string,
  by: Person | null,
  json?: object,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await cloud.api(path, by, { method, ...(json === undefined ? {} : { json }) });
  const text = await answer.text();
  return { status: answer.status, body: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>) };
}
async function invite(email: string, role: string, by = owner): Promise<InvitationMade> {
  const { body } = await call("POST", "/invitations", by, { email, role });
  return body as unknown as InvitationMade;
}
const tokenOf = ({ link }: { link: string }): string => new URL(link).searchParams.get("token") ?? "";
const members = async (by = owner): Promise<Member[]> =>
  (await cloud.read<{ items: Member[] }>("/members", by)).items;

describe("an invitation", () => {
  test("brings somebody new into the organisation, in the role it names, once", async () => {
    const made = await invite("ann@homepot.test", "operator");
    expect(cloud.invitationLinks.at(-1)).toBe(made.link);
    const token = tokenOf(made);
    const view = await call("GET", `/auth/invitation?token=${token}`, null);
    expect(view.body).toEqual({
      email: "ann@homepot.test",
      organization: "Homepot",
      role: "operator",
      roleName: "operator",
      hasAccount: false,
    });
    const nameless = await call("POST", "/auth/accept-invitation", null, { token, password: PASSWORD });
    expect(nameless).toMatchObject({ status: 400, body: { errors: [{ path: "name" }] } });
    const joined = await call("POST", "/auth/accept-invitation", null, {
      token,
      name: "Ann",
      password: PASSWORD,
    });
    expect(joined).toMatchObject({
      status: 200,
      body: { role: "operator", organization: { name: "Homepot" } },
    });
    expect((await members()).map(({ user, role }) => [user.email, role])).toContainEqual([
      "ann@homepot.test",
      "operator",
    ]);
    const again = await call("POST", "/auth/accept-invitation", null, {
      token,
      name: "Ann",
      password: PASSWORD,
    });
    expect(again).toMatchObject({ status: 404, body: { code: "invitation.unknown" } });
    expect(
      await call("POST", "/invitations", owner, { email: "ann@homepot.test", role: "viewer" }),
    ).toMatchObject({
      status: 409,
      body: { errors: [{ path: "email" }] },
    });
  });

  test("is accepted by whoever it is for, logged in, and by nobody else", async () => {
    const bob = await cloud.addOwner("bob@elsewhere.test", "Bob's own");
    const mallory = await cloud.addOwner("mallory@elsewhere.test", "Mallory's own");
    const token = tokenOf(await invite("bob@elsewhere.test", "viewer"));
    expect(await call("POST", "/auth/accept-invitation", null, { token })).toMatchObject({ status: 401 });
    expect(await call("POST", "/auth/accept-invitation", mallory, { token })).toMatchObject({ status: 403 });
    const joined = await call("POST", "/auth/accept-invitation", bob, { token });
    expect(joined).toMatchObject({
      status: 200,
      body: { role: "viewer", organization: { name: "Homepot" } },
    });

    const { body } = await call("GET", "/auth/organizations", bob);
    const own = (body as { items: { id: string; name: string; active: boolean }[] }).items;
    expect(own.map(({ name, active }) => [name, active])).toEqual([
      ["Bob's own", false],
      ["Homepot", true],
    ]);
    expect(await call("POST", "/auth/organization", bob, { id: own[0]!.id })).toMatchObject({ status: 204 });
    expect((await call("GET", "/auth/me", bob)).body).toMatchObject({ role: "owner" });
    const foreign = await call("POST", "/auth/organization", bob, { id: mallory.scope.organizationId });
    expect(foreign.status).toBe(404);
  });

  test("is of no use when it is old, withdrawn, or another took its place", async () => {
    const [first, second] = [
      await invite("cy@homepot.test", "viewer"),
      await invite("cy@homepot.test", "viewer"),
    ];
    const useless = async (made: InvitationMade) =>
      (await call("GET", `/auth/invitation?token=${tokenOf(made)}`, null)).status === 404;
    expect([await useless(first), await useless(second)]).toEqual([true, false]);
    const open = await cloud.read<{ items: Invitation[] }>("/invitations", owner);
    expect(open.items.map(({ email }) => email)).toEqual(["cy@homepot.test"]);
    expect(JSON.stringify(open)).not.toContain(tokenOf(second));
    await call("DELETE", `/invitations/${second.id}`, owner);
    expect(await useless(second)).toBe(true);
    const third = await invite("cy@homepot.test", "viewer");
    cloud.clock.advance(7 * DAY + 1);
    expect(await useless(third)).toBe(true);
  });
});

describe("a member", () => {
  test("is made another role, and removed with their sessions", async () => {
    const dan = await cloud.addMember("viewer");
    const { id } = (await members()).find(({ user }) => user.id === dan.scope.userId)!;
    expect(await call("PATCH", `/members/${id}`, owner, { role: "operator" })).toMatchObject({
      body: { role: "operator" },
    });
    expect((await call("GET", "/auth/me", dan)).body).toMatchObject({ role: "operator" });
    expect(await call("DELETE", `/members/${id}`, owner)).toMatchObject({ status: 204 });
    expect(await call("GET", "/auth/me", dan)).toMatchObject({ status: 401 });
    expect(await call("PATCH", `/members/${id}`, owner, { role: "chief" })).toMatchObject({
      status: 400,
      body: { errors: [{ path: "role" }] },
    });
  });

  test("who is owner is made and unmade by owners only, and the last one stays", async () => {
    const administrator = await cloud.addMember("administrator");
    const own = (await members()).find(({ user }) => user.id === owner.scope.userId)!;
    const other = (await members()).find(({ user }) => user.id === administrator.scope.userId)!;
    const by = (person: Person, id: string, role: string) =>
      call("PATCH", `/members/${id}`, person, { role });
    expect(await by(administrator, own.id, "viewer")).toMatchObject({ status: 403 });
    expect(await by(administrator, other.id, "owner")).toMatchObject({ status: 403 });
    expect(
      await call("POST", "/invitations", administrator, { email: "eve@homepot.test", role: "owner" }),
    ).toMatchObject({ status: 403 });
    const last = { status: 409, body: { code: "organization.last-owner" } };
    expect(await by(owner, own.id, "viewer")).toMatchObject(last);
    expect(await call("DELETE", `/members/${own.id}`, owner)).toMatchObject(last);
    expect(await by(owner, other.id, "owner")).toMatchObject({ status: 200 });
    expect(await by(administrator, own.id, "administrator")).toMatchObject({ status: 200 });
    expect(await by(administrator, own.id, "owner")).toMatchObject({ status: 200 });
  });
});

describe("one's own sessions", () => {
  test("are listed and ended one by one", async () => {
    const frank = await cloud.addOwner("frank@homepot.test", "Frank's");
    const second = await call("POST", "/auth/login", null, { email: frank.email, password: PASSWORD });
    const { items } = await cloud.read<{ items: OwnSession[] }>("/auth/sessions", frank);
    expect(items.map(({ current }) => current).sort()).toEqual([false, true]);
    const otherOne = items.find(({ current }) => !current)!;
    expect(await call("DELETE", `/auth/sessions/${otherOne.id}`, frank)).toMatchObject({ status: 204 });
    const token = second.body.token as string;
    expect(await call("GET", "/auth/me", { ...frank, token })).toMatchObject({ status: 401 });
    expect(await call("GET", "/auth/me", frank)).toMatchObject({ status: 200 });
  });

  test("are ended all at once but for the one that asks", async () => {
    const grace = await cloud.addOwner("grace@homepot.test", "Grace's");
    const others = await Promise.all(
      [1, 2].map(() => call("POST", "/auth/login", null, { email: grace.email, password: PASSWORD })),
    );
    expect(await call("DELETE", "/auth/sessions", grace)).toMatchObject({ status: 200, body: { ended: 2 } });
    for (const { body } of others) {
      expect(await call("GET", "/auth/me", { ...grace, token: body.token as string })).toMatchObject({
        status: 401,
      });
    }
    expect(await call("GET", "/auth/me", grace)).toMatchObject({ status: 200 });
  });
});
