import { afterAll, beforeAll, expect, test } from "bun:test";
import type { ConfigLayer } from "../../protocol/config/layers.ts";
import type { DeviceDetail } from "../../protocol/devices/device.ts";
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
  for (const part of ["Differs", "Not reported", "Not wanted", "This device", "Not as wanted for"])
    expect(page).toContain(part);
  expect((await pages.send(`${path}/revert`, { to: "1" })).headers.get("location")).toBe(path);
  const { config } = await pages.cloud.read<{ config: { own: object } }>(`/devices/${id}`);
  expect(config.own).toEqual({ own: 1 });
});

test("what a type's settings are is described in rows, and makes the form of its layers and devices", async () => {
  const path = "/settings/configuration/schema";
  const rows = {
    ...{
      type: "thermostat",
      rows: "3",
      open: "true",
      "name.0": "target",
      "type.0": "number",
      "title.0": "Target",
    },
    ...{ "unit.0": "°C", "minimum.0": "5", "maximum.0": "30", "default.0": "19,5" },
    ...{ "name.1": "mode", "type.1": "string", "enum.1": "eco\ncomfort", "name.2": "", "type.2": "string" },
  };
  const wrong = { ...rows, "maximum.0": "1", "minimum.1": "x", "name.2": "mode" };
  const refused = await pages.send(path, wrong);
  expect([refused.status, (await refused.text()).includes('id="name.2-error"')]).toEqual([422, true]);
  const looked = await (await pages.send(`${path}/check`, { ...wrong, "name.2": "" })).text();
  for (const name of ["maximum.0", "minimum.1"]) expect(looked).toContain(`id="${name}-error"`);
  expect(await (await pages.send(`${path}/more`, rows)).text()).toContain('name="name.3"');
  expect((await pages.send(path, rows)).headers.get("location")).toBe(
    "/settings/configuration?type=thermostat",
  );
  expect(await layer("types/thermostat/schema")).toMatchObject({
    schema: {
      properties: {
        target: { type: "number", title: "Target", unit: "°C", minimum: 5, maximum: 30, default: 19.5 },
        mode: { type: "string", enum: ["eco", "comfort"] },
      },
      additionalProperties: true,
    },
  });
  expect(await text(`${path}?type=thermostat`)).toContain("eco\ncomfort</textarea>");

  await pages.send(`/sites/${estate.site}/configuration`, { config: '{"mode":"eco"}' });
  const at = `/devices/${estate.devices.heat}/configuration`;
  // What the form has no more than one field for is kept: bounds of a text are of its length.
  const label = { type: "string", minLength: 2, maxLength: 5, enum: ["a, b", "cd"] };
  const put = { schema: { properties: { label } } };
  await pages.cloud.api("/config/types/kiosk/schema", pages.cloud.owner, { method: "PUT", json: put });
  const shown = await text(`${path}?type=kiosk`);
  const cells = Object.fromEntries(
    [...shown.matchAll(/<input[^>]* name="(\w+\.0)"[^>]* value="([^"]*)"/g)].map(([, name, value]) => [
      name,
      value,
    ]),
  );
  const sent = { ...cells, type: "kiosk", rows: "1", open: "true", "type.0": "string", "enum.0": "a, b\ncd" };
  expect((await pages.send(path, sent)).status).toBe(303);
  expect(await layer("types/kiosk/schema")).toMatchObject({ schema: { properties: { label } } });
  const form = await text(at);
  for (const part of [
    "Target (°C)",
    "From 5 to 30.",
    "Empty: 19.5, as the device has it.",
    "eco, from Site</option>",
  ])
    expect(form).toContain(part);
  const bad = { "set.target": "31", "set.mode": "comfort", config: "" };
  const looking = await pages.send(`${at}/check`, bad);
  expect([looking.status, (await looking.text()).includes('id="set.target-error"')]).toEqual([200, true]);
  expect((await pages.send(at, bad)).status).toBe(422);
  expect((await pages.send(at, { ...bad, "set.target": "21", config: '{"extra":[1]}' })).status).toBe(303);
  const device = await pages.cloud.read<DeviceDetail["config"]>(`/devices/${estate.devices.heat}/config`);
  expect(device.own).toEqual({ target: 21, mode: "comfort", extra: [1] });

  // Only administrators are led to it, and nobody else may.
  const operator = await pages.cloud.addMember("operator");
  expect(await (await pages.open(at, operator)).text()).not.toContain(path);
  expect((await pages.open(`${path}?type=thermostat`, operator)).status).toBe(403);
  expect((await pages.send(path, { type: "thermostat", rows: "0" })).status).toBe(303);
  expect(await layer("types/thermostat/schema")).toMatchObject({ schema: null });
});

test("a site's and the organisation's layers have the fields of a type, or are JSON as a whole", async () => {
  const settings = {
    target: { type: "number", minimum: 5, maximum: 30 },
    mode: { type: "string", enum: ["eco", "comfort"] },
  };
  const put = { schema: { properties: settings } };
  await pages.cloud.api("/config/types/thermostat/schema", pages.cloud.owner, { method: "PUT", json: put });
  await pages.send("/settings/configuration", { type: "thermostat", config: '{"mode":"eco"}' });
  for (const [path, of] of [
    ["/settings/configuration", "organization"],
    [`/sites/${estate.site}/configuration`, `sites/${estate.site}`],
  ] as const) {
    await pages.send(path, { config: '{"other":[1],"target":20}' });
    // The first type there is, unless another is asked for.
    expect(await text(path)).toContain(of === "organization" ? 'id="set.label"' : 'id="set.target"');
    const page = await text(`${path}?for=thermostat`);
    expect(page).toContain('id="set.target"');
    expect(page).toContain("The layer of this type counts: eco.");
    expect(await text(`${path}?for=`)).toContain("&quot;target&quot;: 20");
    expect(await text(`${path}?for=none`)).not.toContain('id="set.target"');
    const form = { for: "thermostat", "set.target": "31", "set.mode": "", config: '{"other":[1]}' };
    const looked = await pages.send(`${path}/check`, form);
    expect([looked.status, (await looked.text()).includes('id="set.target-error"')]).toEqual([200, true]);
    expect((await pages.send(path, form)).status).toBe(422);
    const sent = await pages.send(path, { ...form, "set.target": "21" });
    expect([sent.status, sent.headers.get("location")]).toEqual([303, `${path}?for=thermostat`]);
    expect((await layer(of)).config).toEqual({ other: [1], target: 21 });
  }
  expect(await text(`/sites/${estate.site}/configuration`)).toContain(">Site</span>");
});
