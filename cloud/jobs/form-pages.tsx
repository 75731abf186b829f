import { type Context, Hono } from "hono";
import { LIST_LIMIT_MAX, toTimestamp } from "../../protocol/api/list.ts";
import type { Refusal } from "../../protocol/errors.ts";
import { type JobPreview, jobInputSchema } from "../../protocol/jobs/job.ts";
import { isJobKind, type JobKind } from "../../protocol/jobs/job-kinds.ts";
import { check } from "../../protocol/validate.ts";
import { ARGUMENT_FIELDS, type JobFormValues, jobFormPage, jobKindPage, zoneOf } from "../../ui/ui.ts";
import type { AppEnv } from "../http/env.ts";
import { redirectTelling } from "../http/notice-pages.ts";
import { pageNeeds } from "../http/page-needs.ts";
import { formProblem, formStatus, readForm, type ShowParts, show } from "../http/show.ts";
import type { Sites } from "../sites/sites.ts";
import type { Jobs } from "./jobs.ts";
import { wallClock } from "./slots.ts";

type Parts = ShowParts & { jobs: Jobs; sites: Sites };

const EMPTY: JobFormValues = {
  ...{ "timing.kind": "now", "rollout.kind": "all", missed: "once", overlap: "skip" },
};

/** `/jobs/new`, behind a scope. */
export function jobFormPages(parts: Parts): Hono<AppEnv> {
  const { jobs } = parts;
  const pages = new Hono<AppEnv>();
  const needs = pageNeeds(parts, "job:run");

  pages.get("/", needs, async (c) => {
    const { kind = "", site = "", devices = "", filter = "" } = c.req.query();
    if (!isJobKind(kind)) {
      const given = Object.entries({ site, devices, filter }).filter(([, value]) => value !== "");
      return show(c, parts, jobKindPage({ search: new URLSearchParams(given).toString() }));
    }
    const targets = { "targets.sites": site, "targets.devices": devices, "targets.filter": filter };
    return showForm(c, parts, kind, { ...EMPTY, ...targets }, null, null);
  });
  // Asked for again after a bad form, or by its address alone.
  pages.get("/preview", (c) => c.redirect("/jobs/new", 303));
  pages.post("/preview", needs, async (c) => {
    const { kind, values, input } = await readJobForm(c);
    const preview = input.ok ? await jobs.preview(c.get("scope"), input.value) : input;
    if (preview.ok) return showForm(c, parts, kind, values, preview.value, null);
    return showForm(c, parts, kind, values, null, preview.refusal);
  });
  pages.post("/", needs, async (c) => {
    const { kind, values, input } = await readJobForm(c);
    const made = input.ok ? await jobs.create(c.get("scope"), input.value) : input;
    if (!made.ok) return showForm(c, parts, kind, values, null, made.refusal);
    return redirectTelling(c, parts, `/jobs/${made.value.id}`, {
      kind: "job.created",
      name: made.value.name,
    });
  });
  return pages;
}

async function showForm(
  c: Context<AppEnv>,
  parts: Parts,
  kind: JobKind,
  values: JobFormValues,
  preview: JobPreview | null,
  refusal: Refusal | null,
): Promise<Response> {
  const found = await parts.sites.list(c.get("scope"), { limit: LIST_LIMIT_MAX });
  const problem =
    refusal === null ? { errors: [], problem: null } : formProblem(atFields(refusal), Object.keys(values));
  const sites = found.ok ? found.value.items : [];
  const view = jobFormPage({ kind, values, sites, zone: zoneFor(c), preview, ...problem });
  return show(c, parts, view, refusal === null ? 200 : formStatus(refusal));
}

const zoneFor = (c: Context<AppEnv>) => zoneOf(c.req.header("cookie")) ?? "UTC";

/** What the API complains about, at the field of the form it came from. */
function atFields(refusal: Refusal): Refusal {
  const MEANT: Record<string, string> = {
    targets: "targets.sites",
    "rollout.first": "rollout.size",
    "rollout.stopAt.failureRate": "rollout.stopAt",
  };
  const errors = (refusal.errors ?? []).map(({ path, message }) => ({ path: MEANT[path] ?? path, message }));
  return { ...refusal, errors };
}

async function readJobForm(c: Context<AppEnv>) {
  const values = await readForm(c);
  const kind = isJobKind(values.kind ?? "") ? (values.kind as JobKind) : "device.command";
  return { kind, values, input: check(jobInputSchema, toInput(kind, values, zoneFor(c))) };
}

const NUMBERS = new Set(["sizeBytes", "count", "lines"]);

/** What the API is asked for the form's values. What is empty is left to the API; what is no number it refuses. */
function toInput(kind: JobKind, form: JobFormValues, zone: string): Record<string, unknown> {
  const text = (name: string) => form[name]?.trim() ?? "";
  const given = (name: string, value: unknown) => (text(name) === "" ? {} : { [name]: value });
  const number = (name: string) => Number(text(name).replace(",", "."));
  const list = (name: string) =>
    text(name)
      .split(/[\s,]+/)
      .filter(Boolean);
  const args = ARGUMENT_FIELDS[kind].flatMap((field): [string, unknown][] => {
    const name = `arguments.${field}`;
    if (text(name) === "") return [];
    if (field === "words")
      return [
        [
          "args",
          text(name)
            .split("\n")
            .map((line) => line.trim()),
        ],
      ];
    if (field === "args" || field === "config") return [[field, readJson(text(name))]];
    return [[field, NUMBERS.has(field) ? number(name) : text(name)]];
  });
  const filter = text("targets.filter");
  const stopAt =
    text("rollout.stopAt") === "" ? {} : { stopAt: { failureRate: number("rollout.stopAt") / 100 } };
  const rollouts: Record<string, object> = {
    batches: { size: number("rollout.size") },
    canary: { first: number("rollout.size") },
  };
  const timings: Record<string, object> = {
    at: { at: text("timing.at") === "" ? "" : toMoment(text("timing.at"), zone) },
    cron: { cron: text("timing.cron") },
  };
  const [wanted, rollout] = [text("timing.kind"), text("rollout.kind")];
  return {
    kind,
    arguments: Object.fromEntries(args),
    ...given("name", text("name")),
    targets: {
      ...(text("targets.devices") === "" ? {} : { devices: list("targets.devices") }),
      ...(text("targets.sites") === "" ? {} : { sites: list("targets.sites") }),
      ...(text("targets.tags") === "" ? {} : { tags: list("targets.tags") }),
      ...(filter === "" ? {} : { filter: readFilter(filter) }),
    },
    timing: { kind: wanted, ...timings[wanted] },
    ...(text("window.from") + text("window.to") === ""
      ? {}
      : { window: { from: text("window.from"), to: text("window.to") } }),
    rollout: { kind: rollout, ...rollouts[rollout], ...stopAt },
    ...given("timeoutMs", number("timeoutMs") * 60_000),
    ...(text("retries.max") === "" ? {} : { retries: { max: number("retries.max") } }),
    ...given("priority", number("priority")),
    ...given("missed", text("missed")),
    ...given("overlap", text("overlap")),
  };
}

/** What is no JSON stays a text, which the schema refuses by the name of its field. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The filters in the address of a list of devices. */
function readFilter(address: string): Record<string, string> {
  const search = URL.parse(address, "http://list.invalid")?.searchParams ?? new URLSearchParams();
  return Object.fromEntries([...search].filter(([name]) => name !== "cursor" && name !== "after"));
}

/** `2026-03-29T03:30` on the clock of a zone as a timestamp; of an hour that comes twice, one of the two. */
function toMoment(local: string, zone: string): string {
  const asUtcMs = Date.parse(`${local}Z`);
  if (Number.isNaN(asUtcMs)) return local;
  const shown = Date.parse(`${wallClock(asUtcMs, zone).replace(" ", "T")}Z`);
  const guessMs = asUtcMs - (shown - asUtcMs);
  const again = Date.parse(`${wallClock(guessMs, zone).replace(" ", "T")}Z`);
  return toTimestamp(guessMs - (again - asUtcMs));
}
