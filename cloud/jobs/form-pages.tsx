import { type Context, Hono } from "hono";
import { LIST_LIMIT_MAX, toTimestamp } from "../../protocol/api/list.ts";
import type { Refusal, Result } from "../../protocol/errors.ts";
import { type JobInput, type JobPreview, placeOf } from "../../protocol/jobs/job.ts";
import { isJobKind, JOB_KINDS, type JobKind, type JobSubject } from "../../protocol/jobs/job-kinds.ts";
import { jobTimingSchema } from "../../protocol/jobs/job-timing.ts";
import { rolloutSchema } from "../../protocol/jobs/rollout.ts";
import { check } from "../../protocol/validate.ts";
import {
  type JobFormChoices,
  type JobFormTargets,
  type JobFormValues,
  type JobRuns,
  jobFormPage,
  jobKindPage,
  zoneOf,
} from "../../ui/ui.ts";
import type { Scope } from "../accounts/scope.ts";
import type { Devices } from "../devices/devices.ts";
import type { Firmwares } from "../firmware/firmware.ts";
import type { Gateways } from "../gateways/gateways.ts";
import type { AppEnv } from "../http/env.ts";
import { redirectTelling } from "../http/notice-pages.ts";
import { pageNeeds } from "../http/page-needs.ts";
import { formProblem, formStatus, type ShowParts, show } from "../http/show.ts";
import type { Releases } from "../releases/releases.ts";
import type { Sites } from "../sites/sites.ts";
import { findTargets } from "./finds-pages.tsx";
import { readJobForm, readTiming } from "./form-input.ts";
import type { Jobs } from "./jobs.ts";
import { checkCron, nextSlots, wallClock } from "./slots.ts";

export type JobFormParts = ShowParts & {
  jobs: Jobs;
  sites: Sites;
  devices: Devices;
  gateways: Gateways;
  firmwares: Firmwares;
  releases: Releases;
};

const EMPTY: JobFormValues = {
  ...{ "timing.kind": "now", "rollout.kind": "all", missed: "once", overlap: "skip" },
  ...{ "repeat.kind": "weekdays", "repeat.time": "03:00", "repeat.day": "1" },
  ...{ "repeat.hours": "1", "repeat.minutes": "15" },
};
const RUNS_SHOWN = 5;
/** One first, and no further when it fails: a program that does not work then runs nowhere else. */
const CAREFUL: JobFormValues = {
  ...{ "rollout.kind": "canary", "rollout.first": "1", "rollout.stopAt.failureRate": "0" },
  // A download that broke off is gone on with.
  "retries.max": "5",
};
/** Instead of gateways: all that do not run the newest release. */
const OUTDATED = "outdated";

/** `/jobs/new`, behind a scope. */
export function jobFormPages(parts: JobFormParts): Hono<AppEnv> {
  const { jobs } = parts;
  const pages = new Hono<AppEnv>();
  const needs = pageNeeds(parts, "job:run");

  pages.get("/", needs, (c) => {
    const { kind = "", firmware = "" } = c.req.query();
    return begin(c, parts, kind, targetsOf(c.req.query()), firmware);
  });
  // Asked for again after a bad form, or by its address alone.
  for (const path of ["/preview", "/targets"]) pages.get(path, (c) => c.redirect("/jobs/new", 303));
  pages.post("/targets", needs, async (c) => {
    const values = await readValues(c);
    return begin(c, parts, values.kind ?? "", targetsIn(values));
  });
  pages.post("/preview", needs, async (c) => {
    const { kind, values } = await readTyped(c);
    const input = readJobForm(kind, values, zoneFor(c));
    const preview = input.ok ? await jobs.preview(c.get("scope"), input.value) : input;
    // What is wrong with a form that is still being filled in is what was asked, and no failure.
    return showForm(c, parts, kind, values, preview, 200);
  });
  pages.post("/", needs, async (c) => {
    const { kind, values } = await readTyped(c);
    const input = readJobForm(kind, values, zoneFor(c));
    const made = input.ok ? await jobs.create(c.get("scope"), input.value) : input;
    if (!made.ok) return showForm(c, parts, kind, values, made);
    const { id, name, status } = made.value;
    const kindOfNews = status === "scheduled" ? "job.scheduled" : "job.created";
    return redirectTelling(c, parts, `/jobs/${id}`, { kind: kindOfNews, name });
  });
  return pages;
}

/** The form of a kind, empty but for what it is to be run on; without a kind the choice of one. */
async function begin(
  c: Context<AppEnv>,
  parts: JobFormParts,
  kind: string,
  targets: JobFormTargets,
  firmware = "",
) {
  const hasGateways = await hasSome(c.get("scope"), parts);
  if (!isJobKind(kind) || !hasGateways) return show(c, parts, jobKindPage({ targets, hasGateways }));
  const given = Object.entries(targets).map(([name, value]) => [`targets.${name}`, value]);
  const values = { ...EMPTY, ...Object.fromEntries(given) };
  if (kind === "firmware.transfer" && firmware !== "")
    return showForm(
      c,
      parts,
      kind,
      { ...values, ...(await rollingOut(c.get("scope"), parts, firmware)) },
      null,
    );
  if (kind !== "gateway.update") return showForm(c, parts, kind, values, null);
  const newest = targets.gateways === OUTDATED ? await newestFor(c.get("scope"), parts) : {};
  return showForm(c, parts, kind, { ...values, ...CAREFUL, ...newest }, null);
}

/** Whether there is a gateway to run a job. Who may not see gateways is not told that there are none. */
async function hasSome(scope: Scope, { gateways }: JobFormParts): Promise<boolean> {
  const found = await gateways.list(scope, { limit: 1 });
  return !found.ok || found.value.total > 0;
}

/** The newest release, for all that do not run it. */
async function newestFor(scope: Scope, { releases, gateways }: JobFormParts): Promise<JobFormValues> {
  const [newest] = await releases.all();
  if (newest === undefined) return { "targets.gateways": "" };
  const { version, sequence } = newest.release;
  const found = await gateways.list(scope, { limit: LIST_LIMIT_MAX, notVersion: version });
  const ids = found.ok ? found.value.items.map(({ id }) => id) : [];
  return { "targets.gateways": ids.join(","), "arguments.sequence": String(sequence) };
}

/** A firmware, for the devices of its type: carefully. Of one that is not there, nothing. */
async function rollingOut(scope: Scope, { firmwares }: JobFormParts, id: string): Promise<JobFormValues> {
  const found = await firmwares.get(scope, id);
  if (!found.ok) return {};
  const { deviceType } = found.value;
  return {
    ...CAREFUL,
    "arguments.firmware": id,
    ...(deviceType === null ? {} : { "targets.types": deviceType }),
  };
}

/** As an address names them: `?site=…&devices=…,…&gateways=…&filter=…`. */
function targetsOf(query: Record<string, string>): JobFormTargets {
  const { site = "", devices = "", gateways = "", filter = "" } = query;
  return { sites: site, devices, gateways, filter };
}

/** As a form names them; that of a list of devices has the boxes of its rows (`id`), or means all there are. */
function targetsIn(values: JobFormValues): JobFormTargets {
  const text = (name: string) => values[name] ?? "";
  const all = text("scope") === "all";
  return {
    devices: all ? "" : text("id") || text("targets.devices"),
    sites: text("targets.sites"),
    gateways: text("targets.gateways"),
    filter: all ? text("filter") : text("targets.filter"),
  };
}

/** `asked`: what the API said to what was typed; null while nothing was. */
async function showForm(
  c: Context<AppEnv>,
  parts: JobFormParts,
  kind: JobKind,
  values: JobFormValues,
  asked: Result<JobPreview | { id: string }> | null,
  badFields: 200 | 422 = 422,
): Promise<Response> {
  const choices = await choicesFor(parts, c.get("scope"), kind, values);
  const refusal = asked === null || asked.ok ? null : asked.refusal;
  const whole = asked?.ok === true && "targets" in asked.value ? asked.value : null;
  const preview = whole ?? (await previewTargets(parts, c.get("scope"), kind, values));
  // What nothing of is picked is not among the values.
  const fields = [...Object.keys(values), ...Object.values(SHOWN_AT)];
  const problem = refusal === null ? { errors: [], problem: null } : formProblem(atFields(refusal), fields);
  const zone = zoneFor(c);
  const upcoming = whole ?? (asked === null ? null : upcomingOf(kind, values, choices, zone, parts.nowMs()));
  const view = jobFormPage({ kind, values, ...choices, zone, preview, upcoming, ...problem });
  const status = refusal === null ? 200 : formStatus(refusal);
  return show(c, parts, view, status === 422 ? badFields : status);
}

/** What is run on the same targets and needs nothing else to be said. */
const BARE: Record<JobSubject, JobKind> = {
  device: "device.restart",
  gateway: "gateway.restart",
  either: "ping",
};

/** Whom it would reach, before the rest of the form is right; null where nothing is picked, or it means nobody. */
async function previewTargets(
  { jobs }: JobFormParts,
  scope: Scope,
  kind: JobKind,
  values: JobFormValues,
): Promise<JobPreview | null> {
  const targets = Object.entries(values).filter(
    ([name, value]) => name.startsWith("targets.") && value !== "",
  );
  if (targets.length === 0) return null;
  const form = { ...Object.fromEntries(targets), "timing.kind": "now", "rollout.kind": "all" };
  const input = readJobForm(BARE[JOB_KINDS[kind].subject], form, "UTC");
  const found = input.ok ? await jobs.preview(scope, input.value) : input;
  // By whom it is begun is known with the rest.
  return found.ok ? { ...found.value, place: "site" } : null;
}

async function choicesFor(
  { sites, devices, gateways, firmwares, releases }: JobFormParts,
  scope: Scope,
  kind: JobKind,
  values: JobFormValues,
): Promise<JobFormChoices> {
  const found = await sites.brief(scope);
  const brought =
    kind === "firmware.transfer" ? await firmwares.list(scope, { limit: LIST_LIMIT_MAX }) : null;
  return {
    sites: found.ok ? found.value : [],
    finds: await findTargets({ sites, devices, gateways }, scope, kind, values),
    releases: kind === "gateway.update" ? (await releases.all()).map(({ release }) => release) : [],
    firmware: brought?.ok === true ? brought.value.items : [],
  };
}

/** The next runs, as soon as it is said when, on the clock they would be run by. */
function upcomingOf(
  kind: JobKind,
  values: JobFormValues,
  { sites: places }: JobFormChoices,
  zone: string,
  nowMs: number,
): JobRuns | null {
  const timing = check(jobTimingSchema, readTiming(kind, values, zone));
  if (!timing.ok || timing.value.kind === "now") return null;
  const [first] = (values["targets.sites"] ?? "").split(",");
  const siteZone = places.find(({ id }) => id === first)?.timeZone ?? zone;
  const runsAt = (slots: number[], timeZone: string): JobRuns => ({
    timeZone,
    runs: slots.map((atMs) => ({ at: toTimestamp(atMs), local: wallClock(atMs, timeZone) })),
  });
  if (timing.value.kind === "at") {
    const atMs = Date.parse(timing.value.at);
    // What is past is said at its field, and is no run to come.
    return atMs < nowMs ? null : runsAt([atMs], siteZone);
  }
  const { cron } = timing.value;
  const timeZone = timing.value.timeZone ?? (isBegunByCloud(kind, values, timing.value) ? "UTC" : siteZone);
  return checkCron(cron, timeZone, nowMs).ok
    ? runsAt(nextSlots(cron, timeZone, nowMs, RUNS_SHOWN), timeZone)
    : null;
}

function isBegunByCloud(kind: JobKind, values: JobFormValues, timing: JobInput["timing"]): boolean {
  const rollout = check(rolloutSchema, { kind: values["rollout.kind"], size: 1, first: 1 });
  return placeOf({ kind, timing, rollout: rollout.ok ? rollout.value : { kind: "all" } }) === "cloud";
}

const zoneFor = (c: Context<AppEnv>) => zoneOf(c.req.header("cookie")) ?? "UTC";

/** Of what has no field of its own, the one where it is said. */
const SHOWN_AT: Record<string, string> = { targets: "targets.sites", window: "window.from" };

/** What the API complains about, at the field of the form it came from. */
function atFields(refusal: Refusal): Refusal {
  const errors = (refusal.errors ?? []).map(({ path, message }) => ({
    path: SHOWN_AT[path] ?? path,
    message,
  }));
  return { ...refusal, errors };
}

async function readTyped(c: Context<AppEnv>): Promise<{ kind: JobKind; values: JobFormValues }> {
  const values = await readValues(c);
  return { kind: isJobKind(values.kind ?? "") ? (values.kind as JobKind) : "device.command", values };
}

/** The fields of the form by name; what was picked several times, with commas. */
async function readValues(c: Context<AppEnv>): Promise<JobFormValues> {
  const body = await c.req.parseBody({ all: true });
  const texts = Object.entries(body).map(([name, value]) => [
    name,
    [value]
      .flat()
      .filter((one) => typeof one === "string")
      .join(","),
  ]);
  return Object.fromEntries(texts);
}
