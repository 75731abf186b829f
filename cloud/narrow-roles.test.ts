import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { ALL_PERMISSIONS, type Permission } from "../protocol/accounts/permissions.ts";
import { addEstate, type Estate } from "./testing/estate.ts";
import type { Person } from "./testing/start-cloud.ts";
import { startPages, type TestPages } from "./testing/start-pages.ts";

/** The dashboard as those see it whose role allows one thing, or a few. */

let pages: TestPages;
let own: Estate;
/** Roles so far, whose names are their own. */
let made = 0;
beforeAll(async () => {
  pages = await startPages();
  own = await addEstate(pages.cloud, pages.cloud.owner, "Cardiff Bay", { till: { metrics: { power: 1 } } });
});
afterAll(() => pages[Symbol.asyncDispose]());

async function somebodyWith(...permissions: Permission[]): Promise<Person> {
  made += 1;
  const json = { name: `Role ${made}`, permissions };
  const answer = await pages.cloud.api("/organization/roles", pages.cloud.owner, { json });
  return pages.cloud.addMember(((await answer.json()) as { id: string }).id);
}
const read = async (path: string, as: Person) => {
  const answer = await pages.open(path, as);
  return { status: answer.status, html: await answer.text(), to: answer.headers.get("location") };
};
const linksIn = (html: string): string[] =>
  [...html.matchAll(/href="(\/[^"#]*)/g)].map(([, href = ""]) => href.replaceAll("&amp;", "&"));
/** Files, what is for everybody, and a list that is filtered by each of its values. */
const OTHER = /^\/(?:assets|docs|manifest|settings\/audit\?)/;

/** The answers of every page that somebody comes to by links, from the first one on. */
async function walk(as: Person): Promise<Map<string, number>> {
  const answers = new Map<string, number>();
  const ahead = ["/"];
  for (let path = ahead.shift(); path !== undefined; path = ahead.shift()) {
    if (answers.has(path) || OTHER.test(path)) continue;
    const { status, html, to } = await read(path, as);
    answers.set(path, status);
    ahead.push(...(to === null ? linksIn(html) : [to]));
  }
  return answers;
}

/** A form, or a link to a page that is no part of the one it is on. */
const leadsTo = (target: string): RegExp => new RegExp(`(?:action="[^"]*|href="(?!/devices/))[^"]*${target}`);

describe.each(ALL_PERMISSIONS.map((permission) => [permission] as const))("who may only %s", (permission) => {
  test("begins on a page they may see, and is led to none they may not", async () => {
    const answers = await walk(await somebodyWith(permission));
    expect([...answers].filter(([, status]) => status >= 400)).toEqual([]);
    expect(answers.size).toBeGreaterThan(1);
  });

  test("is shown no form they may not send", async () => {
    const person = await somebodyWith(permission, "site:read", "device:read", "gateway:read");
    const forms: [string, Permission, string[]][] = [
      ["/sites", "site:write", ["/sites/new"]],
      [`/sites/${own.site}`, "site:write", [`/sites/${own.site}/edit`, `/sites/${own.site}/remove`]],
      ["/gateways", "gateway:claim", ["/gateways/add"]],
      ["/gateways", "gateway:write", ["/revoke"]],
      ["/devices", "device:write", ["/devices/bulk"]],
      [
        `/devices/${own.devices.till}/configuration`,
        "device:write",
        ["/details", "/retire", "/configuration"],
      ],
    ];
    for (const [path, needed, targets] of forms) {
      const { status, html } = await read(path, person);
      const main = /<main.*<\/main>/s.exec(html)?.[0] ?? "";
      const found = targets.map((target) => leadsTo(target).test(main));
      expect([path, status, found]).toEqual([path, 200, targets.map(() => permission === needed)]);
    }
  });
});

test("who may do everything comes to every section", async () => {
  const answers = await walk(pages.cloud.owner);
  expect([...answers].filter(([, status]) => status >= 400)).toEqual([]);
  for (const path of ["/sites", "/devices", "/gateways", "/settings/roles", "/settings/audit"])
    expect(answers.get(path)).toBe(200);
});

test.each([
  ["/sites/new", "site:write"],
  ["/gateways/add", "gateway:claim"],
] as const)("the form %s is not even shown without %s", async (path, permission) => {
  expect((await read(path, await somebodyWith("site:read", "gateway:read"))).status).toBe(403);
  expect((await read(path, await somebodyWith("site:read", permission))).status).toBe(200);
});

test("a site's page shows what of it may be seen", async () => {
  const { status, html } = await read(`/sites/${own.site}`, await somebodyWith("site:read"));
  expect([status, html.includes("Your role does not show them one by one.")]).toEqual([200, true]);
  expect(html).not.toContain(own.devices.till!);
});
