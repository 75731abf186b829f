import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Found } from "../../protocol/search/search.ts";
import { addEstate, type Estate } from "../testing/estate.ts";
import { type Person, startCloud, type TestCloud } from "../testing/start-cloud.ts";

let cloud: TestCloud;
let other: Person;
let bay: Estate;

beforeAll(async () => {
  cloud = await startCloud();
  other = await cloud.addOwner("till.owner@elsewhere.test", "Elsewhere");
  await addEstate(cloud, other, "Till Street", { "till-foreign": {} });
  bay = await addEstate(cloud, cloud.owner, "Cardiff Bay", {
    "till-10": {},
    "till-2": {},
    till: {},
    "front-till": {},
    fridge: {},
  });
  await addEstate(cloud, cloud.owner, "Barry", { "till-1": {} });
  await addEstate(cloud, cloud.owner, "Ärmelkanal", {});
});
afterAll(() => cloud[Symbol.asyncDispose]());

const find = (q: string, person?: Person, more = "") =>
  cloud.read<Found>(`/search?q=${encodeURIComponent(q)}${more}`, person);
const names = async (q: string, person?: Person) => {
  const { sites, devices, members } = await find(q, person);
  return [sites, devices, members].map((found) => found.map(({ name }) => name));
};

describe("a search", () => {
  test("has the very name first, then those that begin so, then those of which a word does", async () => {
    const [, devices] = await names("TILL");
    expect(devices).toEqual(["till", "till-1", "till-2", "till-10", "front-till"]);
    expect((await find("till", undefined, "&limit=2")).devices.map(({ name }) => name)).toEqual([
      "till",
      "till-1",
    ]);
  });

  test("finds a device by its site as well, and words in any order", async () => {
    expect(await names("till bay")).toEqual([[], ["front-till", "till", "till-2", "till-10"], []]);
    expect(await names("bay card")).toEqual([
      ["Cardiff Bay"],
      ["fridge", "front-till", "till", "till-2", "till-10"],
      [],
    ]);
  });

  test("knows letters with and without their accents", async () => {
    expect((await names("armel"))[0]).toEqual(["Ärmelkanal"]);
    expect((await names("ärmel"))[0]).toEqual(["Ärmelkanal"]);
  });

  test("says of each what tells it from its like", async () => {
    const { devices, members } = await find("front");
    expect(devices).toEqual([
      {
        id: bay.devices["front-till"]!,
        name: "front-till",
        key: "front-till",
        type: "unknown",
        siteName: "Cardiff Bay",
        provenance: "real",
      },
    ]);
    expect(members).toEqual([]);
    expect((await find("owner@homepot")).members).toMatchObject([
      { name: "Owner", email: "owner@homepot.test" },
    ]);
  });

  test("takes what has a meaning in queries for what it is", async () => {
    for (const q of ['"', "till OR", "*", "name:till", "till NEAR", "'; drop table site", "%", "_", "a\0b"]) {
      expect((await cloud.api(`/search?q=${encodeURIComponent(q)}`, cloud.owner)).status).toBe(200);
    }
    expect(await names("%")).toEqual([[], [], []]);
    expect((await cloud.api("/search?q=", cloud.owner)).status).toBe(400);
    expect((await cloud.api("/search?q=a&limit=21", cloud.owner)).status).toBe(400);
  });
});

describe("what is found", () => {
  test("is of the own organisation", async () => {
    expect(await names("till", other)).toEqual([["Till Street"], ["till-foreign"], ["Owner"]]);
    expect((await find("owner", other)).members.map(({ email }) => email)).toEqual([
      "till.owner@elsewhere.test",
    ]);
  });

  test("is of the kinds one may read", async () => {
    const made = await cloud.api("/organization/roles", cloud.owner, {
      json: { name: "Only devices", permissions: ["device:read"] },
    });
    const person = await cloud.addMember(((await made.json()) as { id: string }).id);
    expect(await names("bay", person)).toEqual([
      [],
      ["fridge", "front-till", "till", "till-2", "till-10"],
      [],
    ]);
    expect(await names("owner", person)).toEqual([[], [], []]);
  });

  test("follows a site that is renamed, deleted and restored, and its devices", async () => {
    const { site } = await addEstate(cloud, cloud.owner, "Penarth", { "pier-camera": {}, gull: {} });
    const change = { name: "Swansea", address: "Marina", description: "", timeZone: "UTC" };
    const labels = { tags: [], customAttributes: {} };
    await cloud.api(`/sites/${site}`, cloud.owner, { method: "PUT", json: { ...change, ...labels } });
    expect(await names("penarth")).toEqual([[], [], []]);
    expect(await names("swansea")).toEqual([["Swansea"], ["gull", "pier-camera"], []]);
    expect((await names("marina"))[0]).toEqual(["Swansea"]);

    await cloud.api(`/sites/${site}`, cloud.owner, { method: "DELETE" });
    expect(await names("swansea")).toEqual([[], [], []]);
    expect(await names("pier")).toEqual([[], [], []]);

    await cloud.api(`/sites/${site}/restore`, cloud.owner, { method: "POST" });
    expect(await names("swansea")).toEqual([["Swansea"], ["gull", "pier-camera"], []]);
  });

  test("follows a device that is renamed and retired", async () => {
    const { devices } = await addEstate(cloud, cloud.owner, "Newport", { oven: {} });
    const change = (json: object) =>
      cloud.api(`/devices/${devices.oven}`, cloud.owner, { method: "PATCH", json });
    await change({ name: "Pizza oven" });
    expect((await names("pizza"))[1]).toEqual(["Pizza oven"]);
    await change({ lifecycle: "retired" });
    expect((await names("pizza"))[1]).toEqual([]);
  });
});
