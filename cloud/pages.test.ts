import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeChunk } from "../protocol/chunks/chunk.ts";
import type { ApiDocument } from "./http/document.ts";
import { readSealedChunk, storeChunks } from "./telemetry/telemetry.ts";
import { zstd } from "./telemetry/zstd.ts";
import { addEstate, type Estate } from "./testing/estate.ts";
import { addRelease } from "./testing/release-folder.ts";
import type { Person } from "./testing/start-cloud.ts";
import { startPages, type TestPages } from "./testing/start-pages.ts";

const releases = mkdtempSync(join(tmpdir(), "homepot-releases-"));
let pages: TestPages;
let estate: Estate;
let stranger: Person;

beforeAll(async () => {
  pages = await startPages({ releasesDirectory: releases });
  const { cloud } = pages;
  estate = await addEstate(cloud, cloud.owner, "Cardiff Bay", {
    "till-1": {
      attributes: { name: "Till 1", type: "payment-terminal" },
      metrics: { battery: 80 },
      connectivity: "online",
    },
    "till-2": {
      attributes: { name: "Till 2", type: "payment-terminal" },
      metrics: { battery: 9 },
      connectivity: "online",
      simulated: true,
    },
    "cold-store": { attributes: { name: "<b>Cold</b>", type: "thermostat" }, connectivity: "offline" },
  });
  stranger = await cloud.addOwner("stranger@elsewhere.test", "Elsewhere");
});
afterAll(async () => {
  await pages[Symbol.asyncDispose]();
  rmSync(releases, { recursive: true });
});

const text = async (path: string, as?: Person | null) => {
  const answer = await pages.open(path, as);
  return { status: answer.status, body: await answer.text() };
};

describe("what every page has in common", () => {
  test("each is there for who is logged in, and sends everybody else to the log-in", async () => {
    const device = estate.devices["till-1"];
    const paths = [
      "/",
      "/sites",
      "/sites/new",
      `/sites/${estate.site}`,
      `/sites/${estate.site}/edit`,
      "/devices",
      `/devices/${device}`,
      `/devices/${device}/configuration`,
      "/gateways",
      "/gateways/add",
      "/search",
      "/settings/shortcuts",
      "/docs",
    ];
    for (const path of paths) {
      const page = await pages.open(path);
      expect([path, page.status, page.headers.get("content-type")]).toEqual([
        path,
        200,
        "text/html; charset=UTF-8",
      ]);
      expect(page.headers.get("cache-control")).toBe("no-store");
      expect(page.headers.get("content-security-policy")).not.toContain("unsafe");
      const turned = await pages.open(path, null);
      expect([path, turned.status]).toEqual([path, 303]);
      const partial = await pages.open(path, null, { "hx-request": "true" });
      expect(partial.headers.get("hx-redirect")).toStartWith("/login");
    }
  });

  test("what devices call themselves is shown as text", async () => {
    const { body } = await text("/devices");
    expect(body).toContain("&lt;b>Cold&lt;/b>");
    expect(body).not.toContain("<b>Cold");
  });

  test("another organisation's records do not exist", async () => {
    for (const path of [
      `/sites/${estate.site}`,
      `/sites/${estate.site}/edit`,
      `/devices/${estate.devices["till-1"]}`,
    ]) {
      const { status, body } = await text(path, stranger);
      expect([path, status]).toEqual([path, 404]);
      expect(body).toContain("It is not here");
    }
    const { body } = await text("/", stranger);
    expect(body).toContain("Add your first site");
    expect(body).not.toContain("Cardiff");
  });

  test("an address that is no page says so, in the frame of who is logged in", async () => {
    const inside = await text("/no-such-page");
    expect(inside.status).toBe(404);
    expect(inside.body).toContain("There is no such page");
    expect(inside.body).toContain('class="rail"');
    const outside = await text("/no-such-page", null);
    expect([outside.status, outside.body.includes('class="rail"')]).toEqual([404, false]);
  });

  test("without a build the words are still there", async () => {
    await using bare = await startPages({
      loadAssets: async () => {
        throw new Error("The dashboard is not built yet");
      },
    });
    const answer = await bare.open("/login", null);
    expect([answer.status, answer.headers.get("content-type")]).toEqual([500, "application/problem+json"]);
  });
});

describe("assets", () => {
  test("may be kept for ever where their name changes with their content", async () => {
    const hashed = await pages.open("/assets/app-00000000.css", null);
    expect([hashed.status, hashed.headers.get("content-type"), await hashed.text()]).toEqual([
      200,
      "text/css",
      "content of it",
    ]);
    expect(hashed.headers.get("cache-control")).toContain("immutable");
    const packed = await pages.open("/assets/app-00000000.css", null, { "accept-encoding": "br, gzip" });
    expect([packed.headers.get("content-encoding"), await packed.text()]).toEqual(["br", "packed with br"]);
    const icon = await pages.open("/assets/icon.svg", null);
    expect(icon.headers.get("cache-control")).not.toContain("immutable");
    expect((await pages.open("/assets/other.js", null)).status).toBe(404);
  });
});

describe("the overview", () => {
  test("shows each troubled device once, the worst first, and none of a gateway that is away", async () => {
    const { body } = await text("/");
    // The gateway of the test never connects: one line stands for all its devices.
    expect(body).toContain("3 devices cannot be seen");
    expect(body).not.toContain("Battery");
  });
});

describe("lists", () => {
  test("are filtered by their address", async () => {
    const low = (await text("/devices?health=warning&q=")).body;
    expect(low).toContain("Till 2");
    expect(low).not.toContain("Till 1<");
    expect(low).toContain("Remove the filter Health: Warning");
    expect((await text("/devices?q=cold")).body).not.toContain("Till 1<");
    expect((await text("/sites?q=nowhere")).body).toContain("No site matches");
  });

  test("refuse a query that makes no sense", async () => {
    for (const path of [
      "/devices?health=lovely",
      "/sites?limit=x",
      "/gateways?limit=0",
      "/devices?cursor=x",
    ]) {
      expect([path, (await text(path)).status]).toEqual([path, 400]);
    }
  });

  test("go on by page", async () => {
    const { body } = await text("/devices?limit=2");
    expect(body).toContain("1 to 2 of 3");
    const next = /href="(\/devices\?[^"]*cursor[^"]*)" rel="next"/.exec(body)?.[1]?.replaceAll("&amp;", "&");
    expect((await text(next!)).body).toContain("3 to 3 of 3");
  });
});

describe("sites", () => {
  const form = {
    name: "Leeds",
    address: "",
    timeZone: "Europe/London",
    description: "",
    latitude: "",
    longitude: "",
  };

  test("are made, changed and removed by forms", async () => {
    const made = await pages.send("/sites/new", { ...form, latitude: "53,79" });
    expect(made.status).toBe(303);
    const path = made.headers.get("location")!;
    expect((await text(path)).body).toContain("Leeds: no devices yet");
    expect((await text(`${path}/edit`)).body).toContain('value="53.79"');
    const changed = await pages.send(`${path}/edit`, { ...form, name: "Leeds Station" });
    expect([changed.status, changed.headers.get("location")]).toEqual([303, path]);
    const removed = await pages.send(`${path}/remove`, {});
    expect([removed.status, removed.headers.get("location")]).toEqual([303, "/sites"]);
    expect((await text(path)).status).toBe(404);
    const list = await pages.follow(removed);
    expect(list).toContain("Leeds Station");
    expect(list).toContain(`action="${path}/restore"`);
    expect((await text("/sites?deleted=true")).body).toContain("1 deleted site");
    const restored = await pages.send(`${path}/restore`, {});
    expect([restored.status, restored.headers.get("location")]).toEqual([303, path]);
    await pages.send(`${path}/remove`, {});
  });

  test("have tags and attributes, which the list shows and filters by", async () => {
    const labels = { tags: "harbour, pilot", customAttributes: "Contract: 7\nFloor: 2" };
    const made = await pages.send("/sites/new", { ...form, name: "Swansea", ...labels });
    const path = made.headers.get("location")!;
    const shown = (await text(path)).body;
    for (const part of ['href="/sites?tag=harbour"', "Contract", "Floor"]) expect(shown).toContain(part);
    expect((await text(`${path}/edit`)).body).toContain("Contract: 7\nFloor: 2");
    expect((await text("/sites?tag=harbour")).body).toContain("Swansea");
    expect((await text("/sites?tag=harbour")).body).not.toContain("Cardiff Bay");
    const refused = await pages.send(`${path}/edit`, {
      ...form,
      tags: "ok -no",
      customAttributes: "Shelf 3",
    });
    const body = await refused.text();
    expect([refused.status, body.includes('id="tags-error"'), body.includes("Line 1 must be")]).toEqual([
      422,
      true,
      true,
    ]);
  });

  test("keep what was typed when something is wrong with it", async () => {
    const refused = await pages.send("/sites/new", { ...form, timeZone: "Mars/Olympus", longitude: "far" });
    const body = await refused.text();
    expect(refused.status).toBe(422);
    expect(body).toContain('value="Mars/Olympus"');
    expect(body).toContain('id="timeZone-error"');
    expect(body).toContain('value="far"');
    expect(body).toContain('id="longitude-error"');
    const taken = await pages.send("/sites/new", { ...form, name: "Cardiff Bay" });
    expect([taken.status, (await taken.text()).includes("Is taken by another site")]).toEqual([409, true]);
    const edited = await pages.send(`/sites/${estate.site}/edit`, { ...form, name: "" });
    expect([edited.status, (await edited.text()).includes('id="name-error"')]).toEqual([422, true]);
  });

  test("of others are left alone", async () => {
    expect((await pages.send(`/sites/${estate.site}/remove`, {}, stranger)).status).toBe(404);
    expect((await pages.send(`/sites/${estate.site}/edit`, form, stranger)).status).toBe(404);
  });
});

describe("a device", () => {
  const path = () => `/devices/${estate.devices["till-1"]}`;

  test("shows its newest values to the browser's script and to who has none", async () => {
    const { body } = await text(path());
    expect(body).toContain("Till 1: its gateway is not connected");
    expect(body).toContain("80<small> %</small>");
    expect((await text(`/devices/${estate.devices["cold-store"]}`)).body).toContain(
      "homepot/cold-store/telemetry",
    );
  });

  test("tells what is kept of its chart to who has no script, and nothing of it to who may not see history", async () => {
    const { db, clock } = pages.cloud;
    const readings = [81, 80].map((battery, at) => ({
      atMs: clock.nowMs() - at * 1_000,
      values: { battery },
    }));
    const chunk = readSealedChunk(encodeChunk({ device: "till-1", readings }, zstd), zstd);
    if (!chunk.ok) throw new Error(chunk.refusal.detail);
    const stored = { deviceId: estate.devices["till-1"]!, chunk: chunk.value, skewMs: 0 };
    await db.write((trx) => storeChunks(trx, [stored], clock.nowMs()));
    const told = "Battery in the last 15 minutes: mean 80.5\u00a0%";
    expect((await text(path())).body).toContain(told);
    const json = { name: "Sees devices", permissions: ["device:read"] };
    const role = await pages.cloud.api("/organization/roles", pages.cloud.owner, { json });
    const somebody = await pages.cloud.addMember(((await role.json()) as { id: string }).id);
    const { body } = await text(path(), somebody);
    expect(body).toContain("&quot;course&quot;:null");
    expect(body).not.toContain(told);
  });

  test("gets what is wanted of it by a form", async () => {
    const sent = await pages.send(`${path()}/configuration`, { config: '{"tipping":true}' });
    expect(sent.headers.get("location")).toBe(`${path()}/configuration`);
    const body = await pages.follow(sent);
    expect(body).toContain("Waiting for the device");
    expect(body).toContain("Saved. The gateway brings it to Till 1");
    expect(body).toContain("Version 1");
  });

  test("does not lose what was typed when it is no object of settings", async () => {
    for (const config of ["{", "[1]", '"text"']) {
      const refused = await pages.send(`${path()}/configuration`, { config });
      const body = await refused.text();
      expect([config, refused.status]).toEqual([config, 422]);
      expect(body).toContain('id="config-error"');
    }
    expect((await pages.send(`${path()}/configuration`, { config: "{" }, stranger)).status).toBe(404);
  });

  test("is given another name and type", async () => {
    const sent = await pages.send(`${path()}/details`, { name: "First till", type: "payment-terminal" });
    expect(sent.headers.get("location")).toBe(`${path()}/configuration`);
    expect((await text(path())).body).toContain("First till: its gateway is not connected");
    const refused = await pages.send(`${path()}/details`, { name: " ", type: "Not A Type", tags: "kept" });
    const body = await refused.text();
    expect([refused.status, body.includes('value="Not A Type"'), body.includes('value="kept"')]).toEqual([
      422,
      true,
      true,
    ]);
    expect(body).toContain('id="name-error"');
    expect(body).toContain('id="type-error"');
  });
});

test("a device has tags and attributes, which the list shows and filters by", async () => {
  const path = `/devices/${estate.devices["till-1"]}`;
  const labels = { tags: "bar", customAttributes: "Asset: A-17" };
  await pages.send(`${path}/details`, { name: "First till", type: "payment-terminal", ...labels });
  const shown = (await text(path)).body;
  for (const part of ['href="/devices?tag=bar"', "Asset", "A-17"]) expect(shown).toContain(part);
  const list = (await text("/devices?tag=bar")).body;
  expect([list.includes("First till"), list.includes("Tag: bar"), list.includes("1 device found")]).toEqual([
    true,
    true,
    true,
  ]);
  expect((await text("/devices?tag=kitchen")).body).toContain("No device matches");
});

describe("many devices", () => {
  test("are changed after a second look, told of, and that is undone", async () => {
    expect((await text("/devices")).body).toContain('action="/devices/bulk"');
    const asked = await pages.send("/devices/bulk", { filter: "/devices?q=First", scope: "all" });
    const form = await asked.text();
    expect([asked.status, form.includes("Change 1 device"), form.includes("First till")]).toEqual([
      200,
      true,
      true,
    ]);
    const fields = { filter: "/devices?q=First", expected: "1", kind: "add-tag" };
    const refused = await pages.send("/devices/bulk/run", { ...fields, tag: "two words" });
    const again = await refused.text();
    expect([refused.status, again.includes('id="tag-error"'), again.includes('value="two words"')]).toEqual([
      422,
      true,
      true,
    ]);
    const done = await pages.send("/devices/bulk/run", { ...fields, tag: "counter" });
    expect([done.status, done.headers.get("location")]).toEqual([303, "/devices?q=First"]);
    const told = decodeURIComponent(done.headers.getSetCookie().join());
    const id = /"id":"([^"]+)"/.exec(told)?.[1];
    expect(told).toContain('"kind":"bulk.add-tag","name":"1"');
    expect((await text("/devices?tag=counter")).body).toContain("First till");
    expect((await pages.send(`/devices/bulk/${id}/undo`, {}, stranger)).status).toBe(404);
    expect((await pages.send(`/devices/bulk/${id}/undo`, {})).headers.get("location")).toBe("/devices");
    expect((await text("/devices?tag=counter")).body).toContain("No device matches");
  });

  test("have changed in number meanwhile: then the form is shown again", async () => {
    const fields = { filter: "/devices?q=First", expected: "7", kind: "retire" };
    const refused = await pages.send("/devices/bulk/run", fields);
    expect([refused.status, (await refused.text()).includes('name="expected" value="1"')]).toEqual([
      409,
      true,
    ]);
    const nothing = await pages.send("/devices/bulk", { filter: "/devices", scope: "picked" });
    expect(nothing.headers.get("location")).toBe("/devices");
  });
});

describe("a device that is made by hand, and deleted", () => {
  test("is expected, with the command that makes its credentials", async () => {
    const form = (await text(`/devices/new?site=${estate.site}`)).body;
    expect(form).toContain(`value="${estate.site}" selected`);
    const refused = await pages.send("/devices/new", { siteId: estate.site, key: "till-1", name: "Mine" });
    const again = await refused.text();
    expect([refused.status, again.includes('id="key-error"'), again.includes('value="Mine"')]).toEqual([
      409,
      true,
      true,
    ]);
    const made = await pages.send("/devices/new", { siteId: estate.site, key: "fridge", tags: "bar" });
    const shown = await pages.follow(made);
    expect([made.status, shown.includes("It is expected."), shown.includes("device add fridge")]).toEqual([
      303,
      true,
      true,
    ]);
  });

  test("is out of everything, which offers to take that back, and waits among the deleted ones", async () => {
    const { items } = await pages.cloud.read<{ items: { id: string }[] }>("/devices?q=fridge");
    const path = `/devices/${items[0]!.id}`;
    const removed = await pages.send(`${path}/remove`, {});
    expect(removed.headers.get("location")).toBe("/devices");
    const list = await pages.follow(removed);
    expect([list.includes(`action="${path}/restore"`), list.includes("1 deleted device")]).toEqual([
      true,
      true,
    ]);
    expect((await text(path)).status).toBe(404);
    expect((await text("/devices?deleted=true")).body).toContain(`action="${path}/restore"`);
    expect((await pages.send(`${path}/restore`, {}, stranger)).status).toBe(404);
    const restored = await pages.send(`${path}/restore`, {});
    expect(restored.headers.get("location")).toBe(path);
    expect((await pages.send(`${path}/remove`, {}, stranger)).status).toBe(404);
    await pages.send(`${path}/remove`, {});
  });
});

describe("a device that is retired", () => {
  test("is out of the list, which offers to take that back, and comes back with its history", async () => {
    const id = estate.devices["cold-store"]!;
    const retired = await pages.send(`/devices/${id}/retire`, {});
    expect(retired.headers.get("location")).toBe("/devices");
    const body = await pages.follow(retired);
    expect([body.includes("was retired."), body.includes(`action="/devices/${id}/restore"`)]).toEqual([
      true,
      true,
    ]);
    expect(body).not.toContain(`href="/devices/${id}"`);
    expect((await text(`/devices/${id}`)).body).toContain("is in no list and no count");
    expect((await text(`/devices?lifecycle=retired`)).body).toContain(`href="/devices/${id}"`);
    const restored = await pages.send(`/devices/${id}/restore`, {});
    expect(restored.headers.get("location")).toBe(`/devices/${id}`);
    expect(await pages.follow(restored)).toContain("is back.");
    const after = (await text("/devices")).body;
    expect([after.includes("was retired."), after.includes(`href="/devices/${id}"`)]).toEqual([false, true]);
    expect((await pages.send(`/devices/${id}/retire`, {}, stranger)).status).toBe(404);
  });
});

describe("for how long telemetry is kept", () => {
  const path = "/settings/telemetry";

  test("is changed by a form, which says what is wrong and keeps what was typed", async () => {
    expect((await text(path)).body).toContain("defaults");
    const refused = await pages.send(path, { rawDays: "40 days", keepDays: "30" });
    const body = await refused.text();
    expect([refused.status, body.includes('id="rawDays-error"'), body.includes("40 days")]).toEqual([
      422,
      true,
      true,
    ]);
    const contradictory = await pages.send(path, { rawDays: "40", keepDays: "30" });
    expect(await contradictory.text()).toContain("Must not be more than the days until it is deleted");
    const sent = await pages.send(path, { rawDays: "30", keepDays: "0" });
    expect(sent.headers.get("location")).toBe(path);
    const saved = await pages.follow(sent);
    expect([saved.includes("Saved."), saved.includes('value="30"'), saved.includes("defaults")]).toEqual([
      true,
      true,
      false,
    ]);
  });
});

describe("gateways", () => {
  test("are added with a code that is shown once, with the command that uses it", async () => {
    const shown = await pages.send("/gateways/add", { site: "Leeds Dock" });
    const body = await shown.text();
    expect(shown.status).toBe(200);
    const code = /<output>([0-9A-Z]{4}-[0-9A-Z]{4})<\/output>/.exec(body)?.[1];
    expect(body).toContain(`homepot-edge enroll --cloud https://homepot.test --claim ${code}`);
    expect(body).toContain("has no release of the gateway’s program");
    addRelease(releases, { sequence: 1 });
    const again = await (await pages.send("/gateways/add", { site: "Leeds Dock" })).text();
    expect(again).toContain("curl -fsSL https://homepot.test/install.sh | sudo sh -s -- ");
    expect(again).toContain("<svg");
    expect((await text("/sites")).body).toContain("Leeds Dock");
    expect((await text(`/gateways/add?site=${estate.site}`)).body).toContain('value="Cardiff Bay"');
  });

  test("need a site", async () => {
    const refused = await pages.send("/gateways/add", { site: " " });
    expect([refused.status, (await refused.text()).includes('id="site-error"')]).toEqual([422, true]);
  });

  test("are asked for another key, and show how far that is", async () => {
    const path = `/gateways/${estate.gateway}`;
    expect((await pages.send(`${path}/rotate-key`, {}, stranger)).status).toBe(404);
    expect((await text(path)).body).toContain("In use for");
    const asked = await pages.send(`${path}/rotate-key`, {});
    expect(asked.headers.get("location")).toBe(path);
    const { body } = await text(path);
    expect(body).toContain("has yet to make it");
    expect(body).not.toContain("/rotate-key");
  });

  test("are revoked for good", async () => {
    expect((await pages.send(`/gateways/${estate.gateway}/revoke`, {}, stranger)).status).toBe(404);
    expect((await text("/gateways")).body).toContain("Revoke the gateway of Cardiff Bay?");
    const revoked = await pages.send(`/gateways/${estate.gateway}/revoke`, {});
    expect(revoked.headers.get("location")).toBe("/gateways");
    const { body } = await text("/gateways");
    expect(body).toContain("Revoked");
    expect(body).not.toContain("Revoke the gateway of Cardiff Bay?");
  });
});

test("the API's reference has every operation, with what it takes and what it refuses", async () => {
  const { body } = await text("/docs");
  const answer = await pages.app.request("/api/v1/openapi.json");
  const { paths } = (await answer.json()) as ApiDocument;
  const shown = body.split('<details class="operation"').slice(1);
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  expect(shown.length).toBe(operations.length);
  for (const { path, method, operation } of operations) {
    const html = shown.find((one) => one.includes(`<strong>${method.toUpperCase()}</strong> ${path}</code>`));
    for (const code of operation["x-errors"] ?? []) expect(html).toContain(`/docs/errors#${code}"`);
    for (const { name } of operation.parameters ?? []) expect(html).toContain(`<code>${name}</code>`);
    expect([path, method, html?.includes("<h3>Body</h3>")]).toEqual([
      path,
      method,
      operation.requestBody !== undefined,
    ]);
  }
  const site = shown.find((one) => one.includes("<strong>PUT</strong> /api/v1/sites/{id}</code>"));
  expect(site).toContain("Needs the permission site:write.");
  expect(site).toContain("name: text, 1 to 100 characters");
  expect(body).toContain("Needs no log-in.");
});
