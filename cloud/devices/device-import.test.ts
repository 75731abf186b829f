import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { Page } from "../../protocol/api/list.ts";
import type { AuditEntry } from "../../protocol/audit/audit.ts";
import type { Device } from "../../protocol/devices/device.ts";
import type { Problem } from "../../protocol/errors.ts";
import type { ImportResult } from "../../protocol/imports/import.ts";
import { addEstate, applyEvents, type Estate } from "../testing/estate.ts";
import { startCloud, type TestCloud } from "../testing/start-cloud.ts";

let cloud: TestCloud;
let estate: Estate;
let site: string;
let round = 0;

beforeAll(async () => {
  cloud = await startCloud();
  const other = await cloud.addOwner("other@elsewhere.test", "Elsewhere");
  await addEstate(cloud, other, "Foreign", { till: {} });
});
beforeEach(async () => {
  round += 1;
  site = `Site ${round}`;
  estate = await addEstate(cloud, cloud.owner, site, {
    till: { attributes: { name: "Till", type: "payment-terminal", firmware: "1.2" }, connectivity: "online" },
    kiosk: { connectivity: "offline" },
  });
});
afterAll(() => cloud[Symbol.asyncDispose]());

const send = (body: string | Uint8Array<ArrayBuffer>, query = "", person = cloud.owner) =>
  cloud.api(`/devices/import?${query}`, person, {
    method: "POST",
    body,
    headers: { "content-type": "text/csv" },
  });
const run = async (body: string, query = ""): Promise<ImportResult> => {
  const answer = await send(body, query);
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()) as ImportResult;
};
const refused = async (body: string | Uint8Array<ArrayBuffer>, query = "") => {
  const answer = await send(body, query);
  const { code, detail, errors = [] } = (await answer.json()) as Problem;
  return { status: answer.status, code: code as string, detail, errors };
};
const preview = (body: string) => run(body, "dry-run=true");
const short = ({ lines }: ImportResult) => lines.map(({ line, action, name }) => [line, action, name]);
const errorsOf = ({ lines }: ImportResult) =>
  lines.flatMap(({ line, errors }) => errors.map(({ path, message }) => [line, path, message]));
const devices = async () => (await cloud.read<Page<Device>>(`/devices?site=${estate.site}&sort=name`)).items;
const exported = async (query = `site=${estate.site}`) =>
  (await cloud.api(`/devices/export?${query}`, cloud.owner)).text();

describe("a file of devices", () => {
  test("says line by line what it would do, and does nothing", async () => {
    const before = await devices();
    const result = await preview(
      [
        "site;key;name;tags;attribute:Shelf",
        `${site};till;Front till;bar;3`,
        `${site};kiosk;;;`,
        `${estate.site};meter;Meter;;`,
        `Nowhere;x;;;`,
      ].join("\n"),
    );
    expect(result.imported).toBe(false);
    expect(result.counts).toEqual({ create: 1, change: 1, unchanged: 1, fail: 1 });
    expect(short(result)).toEqual([
      [2, "change", "Till"],
      [3, "unchanged", "kiosk"],
      [4, "create", "Meter"],
      [5, "fail", "x"],
    ]);
    expect(result.lines[0]!.changes).toEqual([
      { field: "name", before: "Till", after: "Front till" },
      { field: "tags", before: null, after: "bar" },
      { field: "attribute:Shelf", before: null, after: "3" },
    ]);
    expect(result.lines[2]!.changes).toContainEqual({ field: "lifecycle", before: null, after: "pending" });
    expect(result.lines[3]!.errors).toEqual([{ path: "site", message: "there is no site Nowhere" }]);
    expect(await devices()).toEqual(before);
  });

  test("says why a line fails", async () => {
    const foreign = await cloud.db.read
      .selectFrom("device")
      .innerJoin("site", "site.id", "device.site_id")
      .select("device.id")
      .where("site.name", "=", "Foreign")
      .executeTakeFirstOrThrow();
    const bare = await cloud.api("/sites", cloud.owner, { json: { name: `Bare ${round}` } });
    expect(bare.status).toBe(201);
    const { till } = estate.devices;
    const result = await preview(
      [
        "id,site,gateway,key,name,type,lifecycle,tags,attribute:Shelf",
        `${foreign.id},,,,,,,,`,
        `,Foreign,,till,,,,,`,
        `,${site},,,,,,,`,
        `,,,till,,,,,`,
        `,Bare ${round},,till,,,,,`,
        `,${site},nope,new,,,,,`,
        `,${site},,-x,,Bad Type,retired,a b!,${"y".repeat(300)}`,
        `,${site},,till,,,,,`,
        `${till},Elsewhere,,tilt,,,,,`,
        `${till},,,,,,,,`,
        `,${site},,kiosk,,,lost,,`,
        `,${site},,new,${"n".repeat(101)}`,
      ].join("\n"),
    );
    expect(errorsOf(result)).toEqual([
      [2, "id", "is of no device of yours"],
      [3, "site", "there is no site Foreign"],
      [4, "key", "a device needs its key, and its site, or its id"],
      [5, "site", "a device needs its site, by name or id"],
      [6, "site", "has no gateway yet, which its devices come with: add one first"],
      [7, "gateway", "is none of the site's"],
      [8, "key", expect.stringContaining("must start with a letter")],
      [8, "type", "must be lower case with hyphens"],
      [8, "tags", expect.stringContaining("must be letters")],
      [8, "attribute:Shelf", "must have at most 256 characters"],
      [8, "lifecycle", "must be empty or pending: there is no such device yet"],
      [10, "site", `is ${site}, and stays so`],
      [10, "key", "is till, and stays so"],
      [11, "", "line 9 is about this device too"],
      [12, "lifecycle", "must be active, suspended or retired"],
      [13, "", "has 5 cells where the head has 9"],
    ]);
    const failing = result.lines.filter(({ errors }) => errors.length > 0);
    expect(failing.map(({ action, changes }) => [action, changes])).toEqual(failing.map(() => ["fail", []]));
    expect(result.counts.fail).toBe(failing.length);
  });

  test("is imported as it was previewed, as one entry of the audit log", async () => {
    const file = `site,key,name,tags\n${site},till,Front till,bar;pilot\n${site},meter,Meter,`;
    const { digest } = await preview(file);
    const done = await run(file, `digest=${digest}`);
    expect([done.imported, done.digest, done.counts.create, done.counts.change]).toEqual([
      true,
      digest,
      1,
      1,
    ]);
    const made = await devices();
    expect(made.map(({ id, name, tags, lifecycle }) => [id, name, tags, lifecycle])).toEqual([
      [estate.devices.till!, "Front till", ["bar", "pilot"], "active"],
      [done.lines[1]!.id!, "Meter", [], "pending"],
      [estate.devices.kiosk!, "kiosk", [], "active"],
    ]);
    const { items } = await cloud.read<Page<AuditEntry>>("/audit?limit=1");
    expect(items[0]).toMatchObject({
      action: "device.import",
      target: { name: "2 devices" },
      after: {
        ...{ create: 1, change: 1, unchanged: 0, leftOut: 0, digest },
        lines: [
          {
            line: 2,
            id: estate.devices.till,
            changes: [
              { field: "name", before: "Till", after: "Front till" },
              { field: "tags", before: null, after: "bar;pilot" },
            ],
          },
          { line: 3, id: done.lines[1]!.id, name: "Meter" },
        ],
      },
    });
    expect((await run(file)).counts).toEqual({ create: 0, change: 0, unchanged: 2, fail: 0 });
  });

  test("is not imported when somebody has changed a device since the preview", async () => {
    const file = `site,key,name\n${site},till,Front till`;
    const { digest } = await preview(file);
    await cloud.api(`/devices/${estate.devices.till}`, cloud.owner, {
      method: "PATCH",
      json: { name: "Back till" },
    });
    expect(await refused(file, `digest=${digest}`)).toMatchObject({ status: 412, code: "import.changed" });
    expect((await devices()).map(({ name }) => name)).toEqual(["Back till", "kiosk"]);
  });

  test("is imported whole, or not at all, or without the lines that fail", async () => {
    const file = `site,key,name\n${site},till,Front till\nNowhere,x,X`;
    expect(await refused(file)).toMatchObject({
      status: 422,
      code: "import.failing",
      detail: "1 of 2 lines; lines.3.site: there is no site Nowhere",
      errors: [{ path: "lines.3.site", message: "there is no site Nowhere" }],
    });
    expect((await devices()).map(({ name }) => name)).toEqual(["Till", "kiosk"]);
    const done = await run(file, "skip-failing=true");
    expect(short(done)).toEqual([
      [2, "change", "Till"],
      [3, "fail", "X"],
    ]);
    expect((await devices()).map(({ name }) => name)).toEqual(["Front till", "kiosk"]);
  });

  test.each([
    ["key,colour\na,b", 400, "csv.invalid"],
    ['site,key\n"a,b', 400, "csv.invalid"],
    [new Uint8Array([0x6b, 0x65, 0x79, 0x0a, 0xfc]), 400, "csv.invalid"],
    [`key\n${"x\n".repeat(20_001)}`, 413, "request.too-large"],
    [`key\n${"x".repeat(4 * 1024 * 1024)}`, 413, "request.too-large"],
  ])("%# that cannot be read is refused", async (body, status, code) => {
    expect(await refused(body)).toMatchObject({ status, code });
  });

  test("takes tags and attributes away by empty cells, and leaves those it has no column for", async () => {
    await cloud.api(`/devices/${estate.devices.till}`, cloud.owner, {
      method: "PATCH",
      json: { tags: ["bar"], customAttributes: { Shelf: "3", Owner: "Ann" } },
    });
    await run(`id,tags,attribute:Shelf\n${estate.devices.till},,`);
    const till = await cloud.read<Device>(`/devices/${estate.devices.till}`);
    expect([till.tags, till.customAttributes]).toEqual([[], { Owner: "Ann" }]);
  });
});

describe("an expected device", () => {
  const expectMeter = async () =>
    (await run(`site,key,name,tags\n${site},meter,Main meter,grid`)).lines[0]!.id!;
  const meter = (gateway = estate.gateway) =>
    applyEvents(cloud, { ...estate, gateway }, cloud.owner, [
      { kind: "device.registered", device: "meter", provenance: "real" },
      { kind: "device.attributes", device: "meter", attributes: { name: "M-1", type: "meter" } },
    ]);

  test("is there under its name and tags when its gateway knows it", async () => {
    const id = await expectMeter();
    const expected = await cloud.read<Device>(`/devices/${id}`);
    expect([expected.lifecycle, expected.connectivity]).toEqual(["pending", "never"]);
    await meter();
    const there = await cloud.read<Device>(`/devices/${id}`);
    expect([there.lifecycle, there.name, there.type, there.tags]).toEqual([
      ...["active", "Main meter", "meter"],
      ["grid"],
    ]);
    expect((await devices()).length).toBe(3);
  });

  test("is found by a gateway that came in place of the one it was expected at", async () => {
    const id = await expectMeter();
    const newer = await addEstate(cloud, cloud.owner, site, {});
    expect(newer.site).toBe(estate.site);
    await meter(newer.gateway);
    const there = await cloud.read<Device>(`/devices/${id}`);
    expect([there.lifecycle, there.gatewayId]).toEqual(["active", newer.gateway]);
  });
});

describe("an export of devices", () => {
  test("imported again changes nothing, whatever it holds", async () => {
    await cloud.api(`/devices/${estate.devices.till}`, cloud.owner, {
      method: "PATCH",
      json: {
        name: '=HYPERLINK("x")',
        tags: ["bar", "pilot"],
        customAttributes: { Note: '-a, "b"; c', B: "'=1" },
      },
    });
    await run(`site,key,attribute:Note\n${site},meter,+44 1632`);
    const bytes = await (await cloud.api("/devices/export", cloud.owner)).bytes();
    // A byte order mark, by which spreadsheets know UTF-8.
    expect([...bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    const file = await exported();
    expect(file).toStartWith(
      "id,site,gateway,key,name,type,lifecycle,tags,attribute:B,attribute:Note,provenance,",
    );
    expect(file).toContain(`"'=HYPERLINK(""x"")"`);
    const again = await preview(file);
    expect(again.counts).toEqual({ create: 0, change: 0, unchanged: 3, fail: 0 });
    expect(again.passedOver).toContain("health");
  });

  test("has what the filters mean, in the list's order, over many pages", async () => {
    const many = Array.from({ length: 1_234 }, (_, index) => `${site},m${index},Meter ${index}`);
    await run(`site,key,name\n${many.join("\n")}`);
    const names = (text: string) =>
      text
        .trimEnd()
        .split("\r\n")
        .slice(1)
        .map((line) => line.split(",")[4] ?? "");
    expect(names(await exported(`site=${estate.site}&lifecycle=pending`)).length).toBe(1_234);
    const all = names(await exported());
    expect([all.length, all]).toEqual([1_236, [...all].sort()]);
    expect(names(await exported(`site=${estate.site}&q=till&sort=-name`))).toEqual(["Till"]);
  });

  test("is refused for a query that makes no sense", async () => {
    expect((await cloud.api("/devices/export?sort=colour", cloud.owner)).status).toBe(400);
  });
});
