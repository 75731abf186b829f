import { afterAll, beforeAll, expect, test } from "bun:test";
import type { FieldError } from "../../protocol/errors.ts";
import { addEstate, type Estate } from "../testing/estate.ts";
import { startPages, type TestPages } from "../testing/start-pages.ts";

/** Whatever is wrong with a job that is asked for, by the API or in the form: it is named at its field, and there is no job. */

let pages: TestPages;
let estate: Estate;
beforeAll(async () => {
  pages = await startPages();
  estate = await addEstate(pages.cloud, pages.cloud.owner, "Cardiff Bay", { "till-1": {} });
});
afterAll(() => pages[Symbol.asyncDispose]());

const MANY = Array.from({ length: 100_000 }, (_, index) => {
  const end = index.toString(16).padStart(12, "0");
  return `01900000-0000-7000-8000-${end}`;
});
const CRON = { "timing.kind": "cron", "repeat.kind": "own" };
/** What, as the API is asked, as the form says it, and the field at which both are refused. */
const BAD: [what: string, json: object, form: Record<string, string>, field: string][] = [
  [
    "a schedule that never comes due",
    { timing: { kind: "cron", cron: "0 0 30 2 *" } },
    { ...CRON, "timing.cron": "0 0 30 2 *" },
    "timing.cron",
  ],
  [
    "a schedule that is none",
    { timing: { kind: "cron", cron: "61 * * * *" } },
    { ...CRON, "timing.cron": "61 * * * *" },
    "timing.cron",
  ],
  [
    "a date in the past",
    { timing: { kind: "at", at: "2020-01-01T00:00:00.000Z" } },
    { "timing.kind": "at", "timing.at": "2020-01-01T00:00" },
    "timing.at",
  ],
  [
    "a day that there is not",
    { timing: { kind: "at", at: "2037-02-30T00:00:00.000Z" } },
    { "timing.kind": "at", "timing.at": "2037-02-30T00:00" },
    "timing.at",
  ],
  [
    "a zone that is none",
    { timing: { kind: "cron", cron: "0 4 * * *", timeZone: "Mars/Base" } },
    { ...CRON, "timing.cron": "0 4 * * *", "timing.timeZone": "Mars/Base" },
    "timing.timeZone",
  ],
  ["no target", { targets: {} }, { "targets.sites": "" }, "targets"],
  [
    "targets that mean nothing",
    { targets: { tags: ["nobody"] } },
    { "targets.sites": "", "targets.tags": "nobody" },
    "targets",
  ],
  [
    "a hundred thousand targets",
    { targets: { devices: MANY } },
    { "targets.sites": "", "targets.devices": MANY.join(",") },
    "targets.devices",
  ],
  [
    "arguments that are not of the kind",
    { arguments: { command: "rm -rf /" } },
    { "arguments.command": "rm -rf /" },
    "arguments.command",
  ],
  ...["../../etc/passwd", "/etc/passwd", "a/../../x", "a\\..\\x"].map(
    (script): [string, object, Record<string, string>, string] => [
      `the script ${script}`,
      { kind: "script.run", arguments: { script } },
      { kind: "script.run", "arguments.script": script },
      "arguments.script",
    ],
  ),
];

const jobs = async () => (await pages.cloud.read<{ total: number }>("/jobs")).total;

test.each(BAD)("%s is named by the API, and nothing is made", async (_, json, __, field) => {
  const asked = {
    kind: "device.command",
    arguments: { command: "restart" },
    targets: { sites: [estate.site] },
    ...json,
  };
  for (const path of ["/jobs", "/jobs/preview"]) {
    const answer = await pages.cloud.api(path, pages.cloud.owner, { json: asked });
    const { code, errors } = (await answer.json()) as { code: string; errors: FieldError[] };
    expect([answer.status, code]).toEqual([400, "request.invalid"]);
    expect(errors.map(({ path }) => path)).toContain(field);
  }
  expect(await jobs()).toBe(0);
});

test.each(BAD)("%s is named in the form, and nothing is made", async (_, __, form, field) => {
  const kind = form.kind ?? "device.command";
  const typed = {
    ...{ kind, "arguments.command": "restart", "targets.sites": estate.site },
    ...{ "timing.kind": "now", "rollout.kind": "all", ...form },
  };
  const answer = await pages.send(`/jobs/new?kind=${kind}`, typed);
  const page = await answer.text();
  // What is wrong with all of them is said at the first.
  const at = field === "targets" ? "targets.sites" : field;
  expect([answer.status, page.includes(`id="${at}-error"`)]).toEqual([422, true]);
  expect(await jobs()).toBe(0);
});

test("an estate without sites says so where they would be picked", async () => {
  const newcomer = await pages.cloud.addOwner("new@elsewhere.test", "New");
  const typed = { kind: "ping", "timing.kind": "now", "rollout.kind": "all" };
  const answer = await pages.send("/jobs/new?kind=ping", typed, newcomer);
  expect([answer.status, (await answer.text()).includes('id="targets.sites-error"')]).toEqual([422, true]);
});
