import { afterEach, beforeEach, expect, test } from "bun:test";
import { addEstate } from "../testing/estate.ts";
import { startPages, type TestPages } from "../testing/start-pages.ts";

/** Imports by the dashboard's pages. */

let pages: TestPages;
beforeEach(async () => {
  pages = await startPages();
});
afterEach(() => pages[Symbol.asyncDispose]());

const submit = async (path: string, form: Record<string, string>) => {
  const answer = await pages.send(path, form);
  return { status: answer.status, location: answer.headers.get("location"), html: await answer.text() };
};
const names = async () => {
  const found = await pages.cloud.api("/sites", pages.cloud.owner);
  return ((await found.json()) as { items: { name: string }[] }).items.map(({ name }) => name).sort();
};
const text = (html: string) => html.replaceAll(/<[^>]+>/g, " ").replaceAll(/\s+/g, " ");
const FILE = "name,timeZone\nCardiff Bay,Europe/London\nSwansea,Mars/Base\n";

test("a file is shown line by line before anything happens, and why a line fails", async () => {
  const shown = await submit("/sites/import", { csv: FILE });
  expect(shown.status).toBe(200);
  expect(text(shown.html)).toContain("1 new, 0 changed, 0 as they are, 1 failing");
  expect(text(shown.html)).toContain("timeZone: ");
  expect(shown.html).toContain("Import 1 record without 1 failing line");
  expect(await names()).toEqual([]);
  const failing = await submit("/sites/import", { csv: FILE, failing: "true" });
  expect(text(failing.html)).not.toContain("Cardiff Bay + ");
});

test("what was looked at is imported, without the lines that fail", async () => {
  const { html } = await submit("/sites/import", { csv: FILE });
  const digest = /name="digest" value="([^"]+)"/.exec(html)![1]!;
  const done = await submit("/sites/import/run", { csv: FILE, digest, skip: "true" });
  expect([done.status, done.location]).toEqual([303, "/sites"]);
  expect(await names()).toEqual(["Cardiff Bay"]);
});

test("an import that would do something else by now does nothing, and shows what it would do", async () => {
  const csv = "name\nSwansea\n";
  const { html } = await submit("/sites/import", { csv });
  const digest = /name="digest" value="([^"]+)"/.exec(html)![1]!;
  await pages.cloud.api("/sites", pages.cloud.owner, { json: { name: "Swansea", timeZone: "UTC" } });
  const late = await submit("/sites/import/run", { csv, digest });
  expect(late.status).toBe(412);
  expect(text(late.html)).toContain("1 as they are");
});

test("no file, and one that is none, are told at once", async () => {
  expect((await submit("/sites/import", { csv: " " })).status).toBe(422);
  const bad = await submit("/devices/import", { csv: 'site,key\n"never closed' });
  expect(bad.status).toBeGreaterThanOrEqual(400);
  expect(bad.html).toContain("never closed");
});

test("a list is exported as it is shown, with its filters and its order", async () => {
  const estate = await addEstate(pages.cloud, pages.cloud.owner, "Cardiff Bay", {
    till: { attributes: { type: "till" } },
    kiosk: { attributes: { type: "kiosk" } },
    tablet: { attributes: { type: "kiosk" } },
  });
  await pages.cloud.api("/sites", pages.cloud.owner, {
    json: { name: "Swansea", timeZone: "UTC", tags: ["pilot"] },
  });
  const exported = async (list: string) => {
    const html = await (await pages.open(list)).text();
    const [, href = ""] = /href="(\/api\/v1\/\w+\/export[^"]*)"/.exec(html) ?? [];
    const answer = await pages.open(href.replaceAll("&amp;", "&"));
    const [, ...rows] = (await answer.text()).trim().split("\r\n");
    return rows.map((row) => row.split(","));
  };
  const kiosks = await exported("/devices?type=kiosk&sort=-name");
  expect(kiosks.map(([id]) => id)).toEqual([estate.devices.tablet!, estate.devices.kiosk!]);
  expect((await exported("/sites?tag=pilot")).map(([, name]) => name)).toEqual(["Swansea"]);
});
