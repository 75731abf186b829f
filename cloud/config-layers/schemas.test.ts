import { afterEach, beforeEach, expect, test } from "bun:test";
import type { ConfigLayer } from "../../protocol/config/layers.ts";
import type { TypeSchema } from "../../protocol/config/settings-schema.ts";
import type { DeviceDetail } from "../../protocol/devices/device.ts";
import { addEstate, type Estate } from "../testing/estate.ts";
import { startCloud, type TestCloud } from "../testing/start-cloud.ts";

let cloud: TestCloud;
let estate: Estate;
beforeEach(async () => {
  cloud = await startCloud();
  estate = await addEstate(cloud, cloud.owner, "Cardiff Bay", {
    till: { attributes: { type: "payment-terminal" } },
    heat: { attributes: { type: "thermostat" } },
  });
});
afterEach(() => cloud[Symbol.asyncDispose]());

const SCHEMA = {
  properties: {
    target: { type: "number", title: "Target", unit: "°C", minimum: 5, maximum: 30, default: 19 },
    mode: { type: "string", enum: ["eco", "comfort"] },
  },
};
const PATH = "/config/types/thermostat/schema";
const put = (path: string, json: object, as = cloud.owner, headers: Record<string, string> = {}) =>
  cloud.api(path, as, { method: "PUT", json, headers });
const refused = async (answer: Response) => [
  answer.status,
  ((await answer.json()) as { errors?: { path: string; message: string }[] }).errors,
];

test("a type has none, then one, then a newer one, and none again", async () => {
  expect(await cloud.read<TypeSchema>(PATH)).toEqual({
    ...{ type: "thermostat", version: 0, schema: null, updatedAt: null },
  });
  const made = await put(PATH, { schema: SCHEMA });
  expect(await made.json()).toMatchObject({
    version: 1,
    schema: { type: "object", ...SCHEMA, additionalProperties: true },
  });
  const etag = made.headers.get("etag") ?? "";
  expect(await (await put(PATH, { schema: SCHEMA })).json()).toMatchObject({ version: 1 });
  expect((await put(PATH, { schema: null }, cloud.owner, { "if-match": etag })).status).toBe(200);
  expect((await put(PATH, { schema: SCHEMA }, cloud.owner, { "if-match": etag })).status).toBe(412);
  expect(await cloud.read<TypeSchema>(PATH)).toMatchObject({ version: 2, schema: null });
});

test("is made by administrators alone, and read by who may see devices", async () => {
  const operator = await cloud.addMember("operator");
  expect((await put(PATH, { schema: SCHEMA }, operator)).status).toBe(403);
  expect((await cloud.api(PATH, operator)).status).toBe(200);
  const bad = { properties: { target: { type: "number", minimum: "low" } } };
  expect(await refused(await put(PATH, { schema: bad }))).toEqual([
    400,
    [{ path: "schema.properties.target.minimum", message: "must be a number" }],
  ]);
});

test("no layer of its devices may have what it refuses, and nothing is half done", async () => {
  await put(PATH, { schema: SCHEMA });
  const heat = `/devices/${estate.devices.heat}/config`;
  for (const path of [heat, "/config/types/thermostat"])
    expect(await refused(await put(path, { config: { target: 31, mode: "eco", other: 1 } }))).toEqual([
      400,
      [{ path: "config.target", message: "must be at most 30" }],
    ]);
  for (const path of ["/config/organization", `/config/sites/${estate.site}`])
    expect(await refused(await put(path, { config: { mode: "off" } }))).toEqual([
      400,
      [{ path: "config.mode", message: "must be one of eco, comfort for the type thermostat" }],
    ]);
  expect((await cloud.read<DeviceDetail["config"]>(heat)).desired).toBeNull();
  // Of other types it says nothing, and what it takes goes to the gateway as it is.
  const till = `/devices/${estate.devices.till}/config`;
  expect((await put(till, { config: { target: 31 } })).status).toBe(200);
  expect((await put(heat, { config: { target: 21.5, other: [1] } })).status).toBe(200);
  expect((await cloud.read<DeviceDetail["config"]>(heat)).desired?.config).toEqual({
    ...{ target: 21.5, other: [1] },
  });
});

test("a version that the schema refuses by now is not brought back", async () => {
  const heat = `/devices/${estate.devices.heat}/config`;
  await put(heat, { config: { target: 40 } });
  await put(heat, { config: { target: 20 } });
  await put(PATH, { schema: SCHEMA });
  const answer = await cloud.api(`${heat}/revert`, cloud.owner, { json: { version: 1 } });
  expect(await refused(answer)).toEqual([400, [{ path: "config.target", message: "must be at most 30" }]]);
});

test("a layer says what it inherits, from where, and what settings there are", async () => {
  await put(PATH, { schema: SCHEMA });
  await put("/config/organization", { config: { target: 18, mode: "eco" } });
  await put(`/config/sites/${estate.site}`, { config: { target: 20 } });
  await put("/config/types/thermostat", { config: { mode: "comfort" } });
  const type = await cloud.read<ConfigLayer>("/config/types/thermostat");
  expect(type).toMatchObject({
    inherited: { config: { target: 18, mode: "eco" }, origins: { target: "organization" } },
    schema: SCHEMA,
  });
  expect(await cloud.read<ConfigLayer>(`/config/sites/${estate.site}`)).toMatchObject({
    ...{ inherited: { origins: { mode: "organization" } }, schema: null },
  });
});

test("a job that would set what the schema refuses fails on those devices, and says why", async () => {
  await put(PATH, { schema: SCHEMA });
  const json = {
    ...{ kind: "config.set", arguments: { config: { target: 90 } }, targets: { sites: [estate.site] } },
  };
  const { id } = (await (await cloud.api("/jobs", cloud.owner, { json })).json()) as { id: string };
  await cloud.cloud.jobs.idle();
  const { items } = await cloud.read<{
    items: { target: { name: string }; state: string; reason: string }[];
  }>(`/jobs/${id}/executions`);
  const heat = items.find(({ target }) => target.name === "heat");
  expect(heat).toMatchObject({ state: "failed", reason: "config.target: must be at most 30" });
  expect(items.find(({ target }) => target.name === "till")?.state).not.toBe("failed");
});

test("another organisation has schemas of its own", async () => {
  await put(PATH, { schema: SCHEMA });
  const other = await cloud.addOwner("other@elsewhere.test", "Elsewhere");
  expect(await cloud.read<TypeSchema>(PATH, other)).toMatchObject({ version: 0, schema: null });
});
