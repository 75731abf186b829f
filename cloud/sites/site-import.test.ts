import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Page } from "../../protocol/api/list.ts";
import type { Problem } from "../../protocol/errors.ts";
import type { ImportResult } from "../../protocol/imports/import.ts";
import type { Site } from "../../protocol/sites/site.ts";
import { startCloud, type TestCloud } from "../testing/start-cloud.ts";

let cloud: TestCloud;

beforeAll(async () => {
  cloud = await startCloud();
});
afterAll(() => cloud[Symbol.asyncDispose]());

const add = async (site: object) =>
  (await (await cloud.api("/sites", cloud.owner, { json: site })).json()) as Site;
const send = (body: string, query: string) =>
  cloud.api(`/sites/import?${query}`, cloud.owner, { method: "POST", body });
const run = async (body: string, query = ""): Promise<ImportResult> => {
  const answer = await send(body, query);
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()) as ImportResult;
};
const preview = (body: string) => run(body, "dry-run=true");
const short = ({ lines }: ImportResult) => lines.map(({ line, action, name }) => [line, action, name]);
const read = (id: string | null) => cloud.read<Site>(`/sites/${id}`);

test("sites are made and changed by their names, and by their ids renamed", async () => {
  const bay = await add({ name: "Bay", address: "Marina 1", tags: ["wales"] });
  const pier = await add({ name: "Pier" });
  const file = [
    "id;name;address;Time zone;latitude;longitude;tags;attribute:Contract",
    ";Bay;Marina 2;;51,46;-3,16;wales;7",
    `${pier.id};Old pier;;Europe/Rome;;;;`,
    ";Dock;;Europe/London;;;new;",
  ].join("\r\n");
  const shown = await preview(file);
  expect(short(shown)).toEqual([
    [2, "change", "Bay"],
    [3, "change", "Old pier"],
    [4, "create", "Dock"],
  ]);
  expect(shown.lines[0]!.changes).toEqual([
    { field: "address", before: "Marina 1", after: "Marina 2" },
    { field: "latitude", before: null, after: "51.46" },
    { field: "longitude", before: null, after: "-3.16" },
    { field: "attribute:Contract", before: null, after: "7" },
  ]);
  const done = await run(file, `digest=${shown.digest}`);
  expect(await read(bay.id)).toMatchObject({
    ...{ address: "Marina 2", timeZone: "UTC", latitude: 51.46, tags: ["wales"] },
    customAttributes: { Contract: "7" },
  });
  expect(await read(pier.id)).toMatchObject({ name: "Old pier", timeZone: "Europe/Rome" });
  expect(await read(done.lines[2]!.id)).toMatchObject({ name: "Dock", tags: ["new"] });
  expect((await preview(file)).counts).toEqual({ create: 0, change: 0, unchanged: 3, fail: 0 });
});

test("a line says why it fails, and no site is made of the others", async () => {
  const one = await add({ name: "One" });
  const two = await add({ name: "Two" });
  await cloud.api(`/sites/${two.id}`, cloud.owner, { method: "DELETE" });
  const file = [
    "id,name,timeZone,latitude,longitude",
    ",Fine,,,",
    ",,,,",
    ",Fine,,,",
    ",Far,Mars/Olympus,91,x",
    `${two.id},Two,,,`,
    `${one.id},Bay,,,`,
    `,${"n".repeat(101)},,,`,
    "x",
  ].join("\n");
  const shown = await preview(file);
  expect(shown.lines.flatMap(({ line, errors }) => errors.map((e) => [line, e.path, e.message]))).toEqual([
    [4, "", "line 2 is about this site too"],
    [5, "timeZone", "must be a time zone such as Europe/London"],
    [5, "latitude", "must be at most 90"],
    [5, "longitude", "must be a number"],
    [6, "id", "is of no site of yours; leave it out to make one"],
    [7, "name", "is taken by another site"],
    [8, "name", "must have at most 100 characters"],
    [9, "", "has 1 cells where the head has 5"],
  ]);
  const failing = shown.lines.filter(({ errors }) => errors.length > 0);
  expect(failing.map(({ action }) => action)).toEqual(failing.map(() => "fail"));
  expect(shown.counts.fail).toBe(failing.length);
  const answer = await send(file, "");
  expect([answer.status, ((await answer.json()) as Problem).code]).toEqual([422, "import.failing"]);
  expect((await cloud.read<Page<Site>>("/sites?q=fine")).total).toBe(0);
});

test("what is exported changes nothing when it is imported, and has what the filters mean", async () => {
  await add({
    ...{ name: "=SUM(A1)", description: "two\r\nlines", address: 'a "b", c;d', latitude: -0.5 },
    ...{ tags: ["export", "x"], customAttributes: { "Shelf no.": "@3" } },
  });
  await add({ name: "Plain", tags: ["export"] });
  const answer = await cloud.api("/sites/export?tag=export&sort=-name", cloud.owner);
  expect([answer.headers.get("content-type"), answer.headers.get("content-disposition")]).toEqual([
    "text/csv; charset=utf-8; header=present",
    'attachment; filename="sites.csv"',
  ]);
  const file = await answer.text();
  expect(file).toContain("'=SUM(A1)");
  expect(short(await preview(file))).toEqual([
    [2, "unchanged", "Plain"],
    [3, "unchanged", "=SUM(A1)"],
  ]);
  const all = await (await cloud.api("/sites/export", cloud.owner)).text();
  const { counts } = await preview(all);
  expect([counts.unchanged > 3, counts.create + counts.change + counts.fail]).toEqual([true, 0]);
});
