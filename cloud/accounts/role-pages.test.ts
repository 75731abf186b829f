import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { ALL_PERMISSIONS } from "../../protocol/accounts/permissions.ts";
import type { Role } from "../../protocol/accounts/role.ts";
import type { Person } from "../testing/start-cloud.ts";
import { startPages, type TestPages } from "../testing/start-pages.ts";

let pages: TestPages;
let manager: Person;
beforeAll(async () => {
  pages = await startPages();
  const id = await addRole("Manager", ["member:read", "member:write", "site:read"]);
  manager = await pages.cloud.addMember(id);
});
afterAll(() => pages[Symbol.asyncDispose]());

const PATH = "/settings/roles";
async function addRole(name: string, permissions: string[]): Promise<string> {
  const made = await pages.cloud.api("/organization/roles", pages.cloud.owner, {
    json: { name, permissions },
  });
  return ((await made.json()) as { id: string }).id;
}
const roleCalled = async (name: string): Promise<Role | undefined> =>
  (await pages.cloud.read<{ items: Role[] }>("/organization/roles")).items.find((role) => role.name === name);
const open = async (path: string, as?: Person) => {
  const answer = await pages.open(path, ...(as === undefined ? [] : [as]));
  return { status: answer.status, html: await answer.text() };
};
/** A form with boxes: those that are ticked come under one name. */
const sendForm = (path: string, fields: Record<string, string>, permissions: string[], as?: Person) => {
  const body = new URLSearchParams(fields);
  for (const permission of permissions) body.append("permissions", permission);
  return pages.send(path, body, ...(as === undefined ? [] : [as]));
};
const versionIn = (html: string): string => /name="version" value="([^"]*)"/.exec(html)?.[1] ?? "";

describe("the page of roles", () => {
  test("begins empty, and says what a role of one's own is for", async () => {
    const elsewhere = await pages.cloud.addOwner("new@elsewhere.test", "Newcomers");
    const { html } = await open(PATH, elsewhere);
    expect(html).toContain("Newcomers works with the built-in roles");
    expect(html).toContain("No roles of your own yet");
  });

  test("lists every role with who has it, and what each allows", async () => {
    const { html } = await open(PATH);
    expect(html).toContain("Homepot has 1 role of its own");
    expect(html).toContain(`3 of ${ALL_PERMISSIONS.length}`);
    expect(html).toContain("See the members, their roles and open invitations");
  });

  test("makes a role, from a copy too", async () => {
    const copy = await open(`${PATH}/new?from=installer`);
    expect(copy.html).toContain("It begins with what Installer allows.");
    expect(copy.html.match(/checked/g)?.length).toBe(6);
    const sent = await sendForm(`${PATH}/new`, { name: "Fitter", description: "" }, [
      "site:read",
      "gateway:claim",
    ]);
    expect(await pages.follow(sent)).toContain("Fitter was added.");
    expect(await roleCalled("Fitter")).toMatchObject({ permissions: ["site:read", "gateway:claim"] });
  });

  test("says at the fields what is wrong, and keeps what was ticked", async () => {
    const nameless = await sendForm(`${PATH}/new`, { name: " " }, ["device:read"]);
    const html = await nameless.text();
    expect(nameless.status).toBe(422);
    expect(html).toContain('id="name-error"');
    expect(html).toMatch(/value="device:read" checked/);
    const idle = await sendForm(`${PATH}/new`, { name: "Idle" }, []);
    expect(await idle.text()).toContain("Choose what the role may do");
    const taken = await sendForm(`${PATH}/new`, { name: "manager" }, ["site:read"]);
    expect([taken.status, (await taken.text()).includes("Is taken by another role")]).toEqual([409, true]);
  });

  test("changes a role, and lets choose when somebody else changed it meanwhile", async () => {
    const id = await addRole("Porter", ["site:read"]);
    const { html } = await open(`${PATH}/${id}/edit`);
    const version = versionIn(html);
    const mine = { name: "Porter", description: "", version };
    const first = await sendForm(`${PATH}/${id}/edit`, mine, ["site:read", "device:read"]);
    expect(await pages.follow(first)).toContain("Porter was saved.");
    const late = await sendForm(`${PATH}/${id}/edit`, mine, ["site:read", "audit:read"]);
    const merge = await late.text();
    expect([late.status, merge.includes("Porter was changed meanwhile")]).toEqual([412, true]);
    const chosen = { name: "Porter", description: "", version: versionIn(merge) };
    const theirs = await sendForm(`${PATH}/${id}/edit`, chosen, ["site:read, audit:read"]);
    expect(theirs.status).toBe(303);
    expect(await roleCalled("Porter")).toMatchObject({ permissions: ["site:read", "audit:read"] });
  });

  test("deletes a role that nobody has, and names who has one", async () => {
    const id = await addRole("Passing", ["site:read"]);
    const ann = await pages.cloud.addMember(id);
    const refused = await pages.send(`${PATH}/${id}/remove`, {});
    const html = await refused.text();
    expect(refused.status).toBe(409);
    expect(html).toContain("The role is in use");
    expect(html).toContain(ann.email);
    await pages.cloud.db.write((trx) =>
      trx.updateTable("member").set({ role: "viewer" }).where("userId", "=", ann.scope.userId).execute(),
    );
    expect(await pages.follow(await pages.send(`${PATH}/${id}/remove`, {}))).toContain(
      "Passing was deleted.",
    );
    expect((await pages.send(`${PATH}/${id}/remove`, {})).status).toBe(404);
  });

  test("leaves built-in roles as they are", async () => {
    expect((await open(`${PATH}/viewer/edit`)).status).toBe(409);
    expect((await pages.send(`${PATH}/viewer/remove`, {})).status).toBe(409);
    expect((await open(PATH)).html).not.toContain(`${PATH}/viewer/edit`);
  });
});

describe("who may not do everything", () => {
  test("is offered only roles they may give, and cannot tick the rest", async () => {
    const stronger = await addRole("Stronger", ["site:read", "site:write"]);
    const { html } = await open(PATH, manager);
    expect(html).toContain("Stronger");
    expect(html).not.toContain(`${PATH}/${stronger}/edit`);
    expect((await open(`${PATH}/${stronger}/edit`, manager)).status).toBe(403);
    const form = (await open(`${PATH}/new`, manager)).html;
    const boxes = [...form.matchAll(/<input type="checkbox" name="permissions" value="([^"]+)"([^>]*)>/g)];
    const free = boxes.filter(([, , rest]) => !rest?.includes("disabled")).map(([, value]) => value);
    expect(boxes.length).toBe(ALL_PERMISSIONS.length);
    expect(free).toEqual(["member:read", "member:write", "site:read"]);
    const forged = await sendForm(`${PATH}/new`, { name: "Forged" }, ["site:write"], manager);
    expect([forged.status, (await forged.text()).includes('id="permissions-error"')]).toEqual([403, true]);
  });

  test("reads without controls, or not at all", async () => {
    const viewer = await pages.cloud.addMember("viewer");
    const { status, html } = await open(PATH, viewer);
    expect([status, html.includes("Add a role"), html.includes('popovertarget="remove')]).toEqual([
      200,
      false,
      false,
    ]);
    expect((await open(`${PATH}/new`, viewer)).status).toBe(403);
    expect((await open(`${PATH}/viewer/edit`, viewer)).status).toBe(409);
    expect((await sendForm(`${PATH}/new`, { name: "X" }, ["site:read"], viewer)).status).toBe(403);
    const installer = await pages.cloud.addMember("installer");
    expect((await open(PATH, installer)).status).toBe(403);
  });
});

test("the page of members gives roles of one's own, and says what they are for", async () => {
  const id = await addRole("Given", ["site:read"]);
  const ann = await pages.cloud.addMember(id);
  const { html } = await open("/settings/members");
  expect(html).toContain(`<option value="${id}" selected>Given</option>`);
  const made = await pages.send("/settings/members", { email: "bea@homepot.test", role: id });
  expect(await made.text()).toContain("bea@homepot.test is invited");
  expect((await open("/settings", ann)).html).toContain("Given of Homepot");
});
