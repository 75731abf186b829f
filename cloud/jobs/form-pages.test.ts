import { afterEach, beforeEach, expect, test } from "bun:test";
import type { Job } from "../../protocol/jobs/job.ts";
import type { JobExecution } from "../../protocol/jobs/job-execution.ts";
import { addEstate, type Estate } from "../testing/estate.ts";
import { startPages, type TestPages } from "../testing/start-pages.ts";

let pages: TestPages;
let estate: Estate;
beforeEach(async () => {
  pages = await startPages();
  estate = await addEstate(pages.cloud, pages.cloud.owner, "Cardiff Bay", { "till-1": {}, "till-2": {} });
});
afterEach(() => pages[Symbol.asyncDispose]());

const html = async (path: string) => (await pages.open(path)).text();
const form = (more: Record<string, string> = {}) => ({
  ...{ kind: "device.command", "arguments.command": "update-payment-config", name: "By form" },
  ...{ "targets.sites": estate.site, "timing.kind": "now", "rollout.kind": "all" },
  ...more,
});
const newest = async () => (await pages.cloud.read<{ items: Job[] }>("/jobs")).items[0]!;
const jobs = async () => (await pages.cloud.read<{ total: number }>("/jobs")).total;

test("asks for the kind first, of those that can be run on what was picked, and keeps that", async () => {
  const kinds = await html("/jobs/new?devices=a,b");
  expect(kinds).toContain('name="targets.devices" value="a,b"');
  expect(kinds).toContain('value="ping"');
  expect(kinds).not.toContain('value="script.run"');
  expect(await html("/jobs/new?gateways=g")).not.toContain('value="device.restart"');
  const picked = await pages.send("/jobs/new/targets", { kind: "ping", "targets.devices": "a,b" });
  expect(await picked.text()).toContain("2 devices picked");
});

test("takes what is ticked in a list of devices, or all that it shows", async () => {
  const id = Object.values(estate.devices).join(",");
  const ticked = await pages.send("/jobs/new/targets", { id, scope: "picked", filter: "/devices?q=till" });
  expect(await ticked.text()).toContain(`name="targets.devices" value="${id}"`);
  const all = { id: "x", scope: "all", filter: "/devices?q=till&sort=name" };
  const shown = await (await pages.send("/jobs/new/targets", { ...all, kind: "ping" })).text();
  expect(shown).toContain('value="/devices?q=till&amp;sort=name"');
  const made = form({ "targets.sites": "", "targets.filter": all.filter });
  expect((await pages.send("/jobs/new", made)).status).toBe(303);
  expect((await newest()).targets).toEqual({ filter: { q: "till" } });
});

test("shows what it would do without doing it, and then does it", async () => {
  const cron = { "timing.kind": "cron", "repeat.kind": "weekdays", "repeat.time": "03:00" };
  const seen = await (await pages.send("/jobs/new/preview", form(cron))).text();
  expect(seen).toContain("2 targets at 1 gateway");
  expect(seen.match(/(Mon|Tue|Wed|Thu|Fri), \d+ \w+ \d{4}, 03:00/g)).toHaveLength(5);
  expect(await jobs()).toBe(0);
  const batches = form({ ...cron, "rollout.kind": "batches", "rollout.size": "1" });
  expect((await pages.send("/jobs/new", batches)).status).toBe(303);
  expect(await newest()).toMatchObject({
    ...{ name: "By form", rollout: { kind: "batches", size: 1 } },
    timing: { kind: "cron", cron: "0 3 * * 1-5" },
  });
});

test("tells the next runs before the rest is filled in, on the clock of the site", async () => {
  const cron = { "timing.kind": "cron", "repeat.kind": "month", "repeat.day": "L", "repeat.time": "04:15" };
  const seen = await pages.send("/jobs/new/preview", form({ ...cron, "arguments.command": "" }));
  const page = await seen.text();
  expect(seen.status).toBe(200);
  expect(page.match(/\d+ \w+ \d{4}, 04:15/g)).toHaveLength(5);
  expect(page).toContain("Next runs (");
});

test("tells with the next runs within which hours they begin", async () => {
  const preview = async (hours: Record<string, string>) =>
    (await pages.send("/jobs/new/preview", form(hours))).text();
  const night = { "window.from": "22:00", "window.to": "05:00" };
  expect(await preview(night)).toContain("Begins only: 22:00 to 05:00, the site");
  expect(await preview({})).not.toContain("Begins only:");
});

test("says of a job that waits for its hours which those are, on its page and in the list", async () => {
  const sent = await pages.send("/jobs/new", form({ "window.from": "22:00", "window.to": "05:00" }));
  const page = await (await pages.open(sent.headers.get("location") ?? "")).text();
  expect(page.slice(0, page.indexOf("rollout-bar"))).toContain("Begins only 22:00 to 05:00");
  expect(page).toContain("0 of 2 begun");
  expect(await (await pages.open("/jobs")).text()).toContain("22:00 to 05:00, the site");
});

test("tells whom it reaches before the rest is filled in, also where it is come to with them", async () => {
  const preview = async (more: Record<string, string>) =>
    (await pages.send("/jobs/new/preview", form({ "arguments.command": "", ...more }))).text();
  expect(await preview({})).toContain("2 targets at 1 gateway");
  expect(await preview({ "targets.sites": "" })).not.toContain("targets at");
  const site = form({})["targets.sites"];
  const opened = await (await pages.open(`/jobs/new?kind=device.command&site=${site}`)).text();
  expect(opened).toContain("2 targets at 1 gateway");
  const refused = await pages.send("/jobs/new", form({ "arguments.command": "" }));
  expect([refused.status, (await refused.text()).includes("2 targets at 1 gateway")]).toEqual([422, true]);
});

test("says at its field what is wrong, and keeps what was typed", async () => {
  const wrong = form({
    ...{ "arguments.command": "no spaces please", "targets.sites": "", priority: "12" },
    ...{ "timing.kind": "cron", "repeat.kind": "week", "repeat.time": "3", "repeat.days": "" },
    ...{ "rollout.kind": "canary", "rollout.first": "", "rollout.stopAt.failureRate": "120" },
    ...{ "retries.max": "two", "window.from": "22:00", "window.to": "22:00", timeoutMs: "0" },
  });
  const answer = await pages.send("/jobs/new", wrong);
  expect(answer.status).toBe(422);
  const page = await answer.text();
  for (const name of [
    ...["arguments.command", "targets.sites", "priority", "repeat.days", "repeat.time", "rollout.first"],
    ...["rollout.stopAt.failureRate", "retries.max", "window.from", "timeoutMs"],
  ])
    expect([name, page.includes(`id="${name}-error"`)]).toEqual([name, true]);
  expect(page).toContain('value="no spaces please"');
  expect(await jobs()).toBe(0);
});

test("takes every term in the unit in which people give it", async () => {
  const terms = form({
    ...{ timeoutMs: "1,5", expiresAfterMs: "2", priority: "9" },
    ...{ "retries.max": "3", "retries.firstMs": "30", "retries.maxMs": "5" },
    ...{ "rollout.kind": "canary", "rollout.first": "1", "rollout.growth": "3" },
    ...{ "rollout.stopAt.failureRate": "20", "rollout.stopAt.after": "5" },
  });
  expect((await pages.send("/jobs/new", terms)).status).toBe(303);
  expect(await newest()).toMatchObject({
    ...{ timeoutMs: 90_000, expiresAfterMs: 7_200_000, priority: 9 },
    retries: { max: 3, firstMs: 30_000, maxMs: 300_000 },
    rollout: { kind: "canary", first: 1, growth: 3, stopAt: { failureRate: 0.2, after: 5 } },
  });
});

test("says of what waits for its time that it does, and not that it is on its way", async () => {
  const told = async (more: Record<string, string>) => {
    const sent = await pages.send("/jobs/new", form(more));
    const address = sent.headers.get("location") ?? "";
    const [cookie = ""] = (sent.headers.get("set-cookie") ?? "").split(";");
    return decodeURIComponent(`${address} ${cookie}`);
  };
  expect(await told({})).toContain("job.created");
  expect(await told({ "timing.kind": "at", "timing.at": "2036-07-01T12:00" })).toContain("job.scheduled");
});

test("takes a time on the clock that was chosen", async () => {
  const at = { "timing.kind": "at", "timing.at": "2036-07-01T12:00" };
  expect((await pages.send("/jobs/new", form(at))).status).toBe(303);
  expect((await newest()).timing).toEqual({ kind: "at", at: "2036-07-01T12:00:00.000Z" });
  pages.cloud.clock.advance(1_000);
  expect((await pages.send("/jobs/new", form({ ...at, "timing.atZone": "Europe/Berlin" }))).status).toBe(303);
  expect((await newest()).timing).toEqual({ kind: "at", at: "2036-07-01T10:00:00.000Z" });
  const none = await pages.send("/jobs/new", form({ ...at, "timing.at": "" }));
  expect(await none.text()).toContain("Choose a day and a time");
});

test("says of a time that is past what time it is, and does not count it among the runs to come", async () => {
  const past = form({ "timing.kind": "at", "timing.at": "1970-01-01T00:00" });
  pages.cloud.clock.advance(60_000);
  const preview = await (await pages.send("/jobs/new/preview", past)).text();
  expect(preview).toContain("Is past: it is Thu 1 Jan 2026, 00:01:00 UTC now");
  expect(preview).not.toContain("Next runs");
  expect(
    await (await pages.send("/jobs/new/preview", form({ ...past, "timing.at": "2036-07-01T12:00" }))).text(),
  ).toContain("Next runs");
});

test("runs on all devices of types that are picked, whatever these are called", async () => {
  const { devices } = await addEstate(pages.cloud, pages.cloud.owner, "Hull", {
    "till-9": { attributes: { type: "POS terminal" } },
    "door-1": { attributes: { type: "door-sensor" } },
    "kiosk-1": { attributes: { type: "kiosk" } },
  });
  const made = form({ "targets.sites": "", "targets.types": "POS terminal,door-sensor" });
  const preview = await (await pages.send("/jobs/new/preview", made)).text();
  expect(preview).toContain('name="targets.types" value="POS terminal" checked');
  expect((await pages.send("/jobs/new", made)).status).toBe(303);
  const { id, targets } = await newest();
  expect(targets).toEqual({ types: ["POS terminal", "door-sensor"] });
  const { items } = await pages.cloud.read<{ items: JobExecution[] }>(`/jobs/${id}/executions`);
  expect(items.map(({ target }) => target.id).sort()).toEqual(
    [devices["till-9"]!, devices["door-1"]!].sort(),
  );
  expect(await html(`/jobs/${id}`)).toContain("of type POS terminal, door-sensor");
});

test("runs on gateways that are picked", async () => {
  const sync = { kind: "sync.now", "targets.sites": "", "targets.gateways": estate.gateway };
  expect(await html("/jobs/new?kind=sync.now")).toContain('name="targets.gateways"');
  expect((await pages.send("/jobs/new", form(sync))).status).toBe(303);
  expect((await newest()).targets).toEqual({ gateways: [estate.gateway] });
});

test("finds what it is to be run on by the server, keeps what was picked, and needs no script for it", async () => {
  const devices = Object.fromEntries(
    Array.from({ length: 30 }, (_, index) => [`kiosk-${String(index).padStart(2, "0")}`, {}]),
  );
  const york = await addEstate(pages.cloud, pages.cloud.owner, "York", devices);
  const boxes = (page: string, name: string) =>
    [
      ...page.matchAll(
        new RegExp(`type="checkbox" id="[^"]*" name="targets.${name}" value="([^"]*)"( checked)?`, "g"),
      ),
    ].map(([, value, checked]) => [value, checked !== undefined]);
  const first = await html("/jobs/new?kind=ping");
  expect(boxes(first, "devices")).toHaveLength(20);
  expect(first).toContain("20 of 32 shown.");
  // Few enough to be seen at once.
  expect(first).not.toContain('name="find.targets.sites"');
  const till = estate.devices["till-1"]!;
  const typed = { kind: "ping", "targets.devices": till, "find.targets.devices": "kiosk-07" };
  const found = await (await pages.send("/jobs/new/preview", form(typed))).text();
  expect(boxes(found, "devices")).toEqual([
    [till, true],
    [york.devices["kiosk-07"]!, false],
  ]);
  expect(found).toContain('value="kiosk-07"');
  const none = await (await pages.send("/jobs/new/preview", form({ "find.targets.tags": "zzz" }))).text();
  expect(none).toContain("Nothing is called that.");
  const picked = form({ ...typed, "arguments.command": "", "targets.sites": "" });
  expect((await pages.send("/jobs/new", picked)).status).toBe(303);
  expect((await newest()).targets).toEqual({ devices: [till] });
});

test("keeps hundreds that were picked in a list without showing each", async () => {
  const ids = Array.from({ length: 25 }, (_, index) => `0190000${index.toString(16).padStart(1, "0")}`);
  const page = await html(`/jobs/new?kind=ping&devices=${ids.join(",")}`);
  expect(page).toContain(`type="hidden" name="targets.devices" value="${ids.join(",")}"`);
  expect(page).toContain("25 devices picked");
});
