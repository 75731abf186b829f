import { afterAll, beforeAll, expect, test } from "bun:test";
import type { ConfigLayer } from "../../protocol/config/layers.ts";
import { addEstate, applyEvents, type Estate } from "../testing/estate.ts";
import { startPages, type TestPages } from "../testing/start-pages.ts";

let pages: TestPages;
let estate: Estate;
beforeAll(async () => {
  pages = await startPages();
  estate = await addEstate(pages.cloud, pages.cloud.owner, "Cardiff Bay", {
    heat: { attributes: { type: "thermostat" } },
  });
});
afterAll(() => pages[Symbol.asyncDispose]());

const text = async (path: string) => (await pages.open(path)).text();
const layer = (path: string) => pages.cloud.read<ConfigLayer>(`/config/${path}`);
const versionIn = (html: string) => /name="version" value="([^"]*)"/.exec(html)?.[1] ?? "";

test.each([
  ["/settings/configuration", {}, "organization", "/settings/configuration"],
  [
    "/settings/configuration",
    { type: "thermostat" },
    "types/thermostat",
    "/settings/configuration?type=thermostat",
  ],
  ["/sites/:site/configuration", {}, "sites/:site", "/sites/:site/configuration"],
] as const)("what is wanted is written at %s %p, and had again", async (action, more, of, back) => {
  const at = (path: string) => path.replace(":site", estate.site);
  const send = (form: Record<string, string>, path = action as string) =>
    pages.send(at(path), { ...more, ...form });
  for (const config of ['{"a":1}', '{"a":2}']) {
    const sent = await send({ config });
    expect([sent.status, sent.headers.get("location")]).toEqual([303, at(back)]);
  }
  const page = await text(at(back));
  expect(page).toContain("&quot;a&quot;: 2");
  expect(page).toContain("Revert to version 1");
  const wrong = await send({ config: "[1]" });
  expect([wrong.status, (await wrong.text()).includes('id="config-error"')]).toEqual([422, true]);
  expect((await send({ to: "1" }, `${action}/revert`)).status).toBe(303);
  expect(await layer(at(of))).toMatchObject({ version: 3, config: { a: 1 } });
  expect((await send({ to: "x" }, `${action}/revert`)).status).toBe(400);
  // Somebody else was faster.
  await send({ config: '{"a":9}' });
  const lost = await send({ config: '{"a":8}', version: versionIn(page) });
  expect(lost.status).toBe(412);
  expect(await layer(at(of))).toMatchObject({ config: { a: 9 } });
});

test("the page of a device shows what differs in words, where each value is from, and the way back", async () => {
  const id = estate.devices.heat;
  const path = `/devices/${id}/configuration`;
  for (const config of ['{"own":1}', '{"own":2}']) await pages.send(path, { config });
  await applyEvents(pages.cloud, estate, pages.cloud.owner, [
    { kind: "config.reported", device: "heat", version: 1, config: { own: 1, extra: true } },
  ]);
  const page = await text(path);
  for (const part of ["Differs", "Not reported", "Not wanted", "This device", "Not as wanted since"])
    expect(page).toContain(part);
  expect((await pages.send(`${path}/revert`, { to: "1" })).headers.get("location")).toBe(path);
  const { config } = await pages.cloud.read<{ config: { own: object } }>(`/devices/${id}`);
  expect(config.own).toEqual({ own: 1 });
});
