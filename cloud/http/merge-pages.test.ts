import { afterAll, beforeAll, expect, test } from "bun:test";
import type { DeviceDetail } from "../../protocol/devices/device.ts";
import type { Site } from "../../protocol/sites/site.ts";
import { addEstate, type Estate } from "../testing/estate.ts";
import { startPages, type TestPages } from "../testing/start-pages.ts";

let pages: TestPages;
let estate: Estate;

beforeAll(async () => {
  pages = await startPages();
  estate = await addEstate(pages.cloud, pages.cloud.owner, "Cardiff Bay", {
    till: { connectivity: "online" },
  });
});
afterAll(() => pages[Symbol.asyncDispose]());

/** What the page's form would send as it stands: hidden fields, texts, and the radio buttons that are on. */
const formOf = async (answer: Response, action: string): Promise<Record<string, string>> => {
  const html = await answer.text();
  const start = html.indexOf(`action="${action}"`);
  const form = html.slice(start, html.indexOf("</form>", start));
  const fields: Record<string, string> = {};
  for (const [input] of form.matchAll(/<input[^>]*>/g)) {
    const attribute = (name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(input)?.[1];
    const isOff = attribute("type") === "radio" && !/\bchecked\b/.test(input);
    const name = attribute("name");
    if (name !== undefined && !isOff) fields[name] = decode(attribute("value") ?? "");
  }
  for (const [, name = "", value = ""] of form.matchAll(/<textarea[^>]*name="(\w+)"[^>]*>([^<]*)</g))
    fields[name] = decode(value);
  return fields;
};
const decode = (text: string) => text.replaceAll("&quot;", '"').replaceAll("&amp;", "&");
const site = () => pages.cloud.read<Site>(`/sites/${estate.site}`);
const device = () => pages.cloud.read<DeviceDetail>(`/devices/${estate.devices.till}`);

test("an edit of a site that another edit overtook is a choice between both, field by field", async () => {
  const path = `/sites/${estate.site}/edit`;
  const yours = await formOf(await pages.open(path), path);
  const theirs = await formOf(await pages.open(path), path);
  expect(yours).toMatchObject({ name: "Cardiff Bay", timeZone: "UTC" });
  const saved = await pages.send(path, { ...theirs, address: "Theirs 2", timeZone: "Europe/London" });
  expect(saved.status).toBe(303);

  const lost = await pages.send(path, { ...yours, address: "Yours 1", description: "by the sea" });
  expect(lost.status).toBe(412);
  const html = await lost.clone().text();
  expect(html).toContain("Cardiff Bay was changed meanwhile");
  for (const text of ["Yours 1", "Theirs 2", "Europe/London"]) expect(html).toContain(text);
  expect((await site()).address).toBe("Theirs 2");

  const proposed = await formOf(lost, path);
  // What only they changed stays theirs, what both changed begins with yours, what only you changed is kept.
  expect(proposed).toMatchObject({
    name: "Cardiff Bay",
    address: "Yours 1",
    timeZone: "Europe/London",
    description: "by the sea",
  });
  expect((await pages.send(path, { ...proposed, address: "Theirs 2" })).status).toBe(303);
  expect(await site()).toMatchObject({
    address: "Theirs 2",
    timeZone: "Europe/London",
    description: "by the sea",
  });
});

test("a choice that is overtaken in its turn is a choice again", async () => {
  const path = `/sites/${estate.site}/edit`;
  const yours = await formOf(await pages.open(path), path);
  const first = await formOf(await pages.open(path), path);
  await pages.send(path, { ...first, address: "One" });
  const proposed = await formOf(await pages.send(path, { ...yours, address: "Mine" }), path);
  const second = await formOf(await pages.open(path), path);
  await pages.send(path, { ...second, address: "Two" });
  const again = await pages.send(path, proposed);
  expect([again.status, (await again.text()).includes("Two")]).toEqual([412, true]);
});

test("what a form refuses keeps the version it began with", async () => {
  const path = `/sites/${estate.site}/edit`;
  const yours = await formOf(await pages.open(path), path);
  const refused = await formOf(await pages.send(path, { ...yours, name: "" }), path);
  await pages.send(path, { ...yours, address: "Meanwhile" });
  expect((await pages.send(path, { ...refused, name: "Bay", address: "Late" })).status).toBe(412);
});

test("a device's name and its configuration are each a choice too, and do not disturb each other", async () => {
  const page = `/devices/${estate.devices.till}/configuration`;
  const details = `/devices/${estate.devices.till}/details`;
  const yourName = await formOf(await pages.open(page), details);
  const yourConfig = await formOf(await pages.open(page), page);
  expect((await pages.send(details, { ...yourName, name: "Till one" })).status).toBe(303);
  expect((await pages.send(page, { ...yourConfig, config: '{"volume":1}' })).status).toBe(303);

  const lostName = await pages.send(details, { ...yourName, name: "Till A" });
  const lostConfig = await pages.send(page, { ...yourConfig, config: '{"volume":2}' });
  expect([lostName.status, lostConfig.status]).toEqual([412, 412]);
  expect(await formOf(lostName, details)).toMatchObject({ name: "Till A", type: (await device()).type });
  const proposed = await formOf(lostConfig, page);
  expect(JSON.parse(proposed.config ?? "")).toEqual({ volume: 2 });
  expect((await pages.send(page, proposed)).status).toBe(303);
  const now = await device();
  expect([now.name, now.config.desired?.config]).toEqual(["Till one", { volume: 2 }]);
});

test("how long telemetry is kept is one as well", async () => {
  const path = "/settings/telemetry";
  const yours = await formOf(await pages.open(path), path);
  await pages.send(path, { ...yours, rawDays: "10", keepDays: "20" });
  const lost = await pages.send(path, { ...yours, rawDays: "11" });
  expect(lost.status).toBe(412);
  expect(await formOf(lost, path)).toMatchObject({ rawDays: "11", keepDays: "20" });
});

test("an edit that began with the newest version is simply saved, also when its devices moved", async () => {
  const path = `/sites/${estate.site}/edit`;
  const yours = await formOf(await pages.open(path), path);
  await addEstate(pages.cloud, pages.cloud.owner, "Cardiff Bay", { meter: { connectivity: "online" } });
  expect((await pages.send(path, { ...yours, address: "Saved" })).status).toBe(303);
});
