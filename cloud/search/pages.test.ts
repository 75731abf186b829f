import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { addEstate, type Estate } from "../testing/estate.ts";
import { PASSWORD, type Person } from "../testing/start-cloud.ts";
import { startPages, type TestPages } from "../testing/start-pages.ts";

/** The page of the search, with the palette in it. */

let pages: TestPages;
let estate: Estate;
let onlyDevices: Person;
beforeAll(async () => {
  pages = await startPages();
  const { cloud } = pages;
  estate = await addEstate(cloud, cloud.owner, "Cardiff Bay", { "till-1": {}, "till-2": {} });
  const stranger = await cloud.addOwner("till@elsewhere.test", "Elsewhere");
  await addEstate(cloud, stranger, "Till Street", { "till-foreign": {} });
  const json = { name: "Only devices", permissions: ["device:read"] };
  const made = await cloud.api("/organization/roles", cloud.owner, { json });
  onlyDevices = await cloud.addMember(((await made.json()) as { id: string }).id);
});
afterAll(() => pages[Symbol.asyncDispose]());

const open = async (path: string, as?: Person) => {
  const answer = await pages.open(path, as);
  return { status: answer.status, html: await answer.text() };
};
const linksTo = (html: string) => [...html.matchAll(/ href="([^"]+)"/g)].map(([, href]) => href);
const optionsOf = (html: string) =>
  [...html.matchAll(/role="option"[^>]*? (?:href|form)="([^"]+)"/g)].map(([, to]) => to);

describe("the search as a page", () => {
  test("finds what the API finds, with the way to the whole list", async () => {
    const { status, html } = await open("/search?q=till");
    expect(status).toBe(200);
    const links = linksTo(html);
    for (const id of Object.values(estate.devices)) expect(links).toContain(`/devices/${id}`);
    expect(links).toContain("/devices?q=till");
    expect(html).not.toContain("foreign");
    expect(html).not.toContain("Till Street");
  });

  test("finds pages and actions as well, and says when nothing is called so", async () => {
    const { html } = await open("/search?q=claim+code");
    expect(/<main.*?<dialog/s.exec(html)?.[0]).toContain('href="/gateways/add"');
    expect((await open("/search?q=zzzz")).html).toContain("Nothing is called “zzzz”.");
    expect((await open("/search?q=%3Cb%3E")).html).toContain("&lt;b>");
  });

  test("offers everybody only what they may do", async () => {
    const all = optionsOf((await open("/search")).html);
    for (const to of ["/sites/new", "/settings/members#email", "/settings/audit", "deed-dark", "deed-logOut"])
      expect(all).toContain(to);
    const few = optionsOf((await open("/search", onlyDevices)).html);
    for (const to of ["/devices", "deed-dark", "/settings"]) expect(few).toContain(to);
    for (const to of ["/sites", "/sites/new", "/gateways/add", "/settings/audit", "/?tour"])
      expect(few).not.toContain(to);
    const { html } = await open("/search?q=cardiff", onlyDevices);
    expect(linksTo(html).filter((href) => href?.startsWith("/sites"))).toEqual([]);
  });

  test("a text that is too long is refused, and an empty one is none", async () => {
    expect((await open(`/search?q=${"x".repeat(201)}`)).status).toBe(400);
    expect((await open("/search?q=+")).status).toBe(200);
  });
});

describe("single keys as shortcuts", () => {
  const shownAs = async (cookie: string) => {
    const answer = await pages.open(
      "/settings",
      undefined,
      cookie === "" ? {} : { cookie: `${await sessionOf()}; ${cookie}` },
    );
    return /data-keys="(\w+)"/.exec(await answer.text())?.[1];
  };
  const sessionOf = async () => {
    const entered = await pages.send("/login", { email: pages.cloud.owner.email, password: PASSWORD }, null);
    return entered.headers
      .getSetCookie()
      .map((line) => line.split(";")[0])
      .join("; ");
  };

  test("are on, until somebody switches them off in their browser", async () => {
    expect(await shownAs("")).toBe("on");
    const off = await pages.send("/shortcuts", { shortcuts: "off", next: "/settings" });
    expect([off.status, off.headers.get("location")]).toEqual([303, "/settings"]);
    expect(off.headers.getSetCookie()[0]).toStartWith(
      "__Host-shortcuts=off; Max-Age=31536000; Path=/; Secure",
    );
    expect(await shownAs("__Host-shortcuts=off")).toBe("off");
    const on = await pages.send("/shortcuts", { shortcuts: "anything", next: "//evil.example" });
    expect([on.headers.get("location"), on.headers.getSetCookie()[0]?.slice(0, 21)]).toEqual([
      "/",
      "__Host-shortcuts=on; ",
    ]);
  });
});

test("how lists are shown is kept by the browser, list by list, and nothing else is", async () => {
  const choose = async (form: Record<string, string>, kept = "") => {
    const sent = await pages.send(
      "/lists",
      { next: "/sites", ...form },
      undefined,
      kept === "" ? {} : { cookie: kept },
    );
    return [sent.status, sent.headers.get("location"), sent.headers.getSetCookie()[0]?.split(";")[0]];
  };
  const all = { list: "sites", density: "dense", state: "on", devices: "on", online: "on", gateway: "on" };
  expect(await choose(all)).toEqual([303, "/sites", "__Host-lists=dense"]);
  const { gateway: _, ...fewer } = all;
  expect(await choose({ ...fewer, density: "roomy" }, "__Host-lists=dense%20devices-site")).toEqual([
    ...[303, "/sites", "__Host-lists=devices-site%20sites-gateway"],
  ]);
  expect(await choose({ list: "<b>", name: "on" })).toEqual([303, "/sites", "__Host-lists="]);
});
