import { accept, type FieldError, type Result, refuse } from "../../protocol/errors.ts";
import { argumentFields, readArgument } from "../../protocol/jobs/argument-fields.ts";
import { type JobInput, jobInputSchema } from "../../protocol/jobs/job.ts";
import type { JobKind } from "../../protocol/jobs/job-kinds.ts";
import { cronOf, repeatSchema } from "../../protocol/jobs/repeats.ts";
import { HOUR, MINUTE, SECOND } from "../../protocol/units.ts";
import { check } from "../../protocol/validate.ts";
import { readFilterAddress } from "../devices/devices.ts";
import { momentOf } from "./slots.ts";

/** What the form for a job says, as the API is asked for it. */

/** Texts by the names of their fields. */
type FormValues = Readonly<Record<string, string>>;

/** Fields that are lists, in the form with commas. */
const LISTS = ["targets.devices", "targets.sites", "targets.gateways"] as const;
/** Spans of time, each in the unit in which people give it. */
const SPANS = {
  timeoutMs: MINUTE,
  expiresAfterMs: HOUR,
  "retries.firstMs": SECOND,
  "retries.maxMs": MINUTE,
} as const;
/** What stands for a time that cannot be read, so that the other fields are looked at all the same. */
const SOME_CRON = "0 0 * * *";
const SOME_TIME = "9999-12-31T00:00:00.000Z";

/** Names every bad field, by its name in the form. */
export function readJobForm(kind: JobKind, form: FormValues, zone: string): Result<JobInput> {
  const { input, errors } = toInput(kind, form, zone);
  const checked = check(jobInputSchema, input);
  if (checked.ok && errors.length === 0) return accept(checked.value);
  const all = [...errors, ...(checked.ok ? [] : (checked.refusal.errors ?? []))];
  const [first] = all;
  return refuse("request.invalid", first === undefined ? "" : `${first.path}: ${first.message}`, all);
}

/** When it is to be run, as far as it can be said without the rest of the form. */
export function readTiming(kind: JobKind, form: FormValues, zone: string): unknown {
  const { input, errors } = toInput(kind, form, zone);
  const readable = !errors.some(({ path }) => path.startsWith("repeat.") || path.startsWith("timing."));
  return readable ? input.timing : null;
}

/** What is empty is left to the API; what is no number it refuses by the name of its field. */
function toInput(kind: JobKind, form: FormValues, zone: string) {
  const errors: FieldError[] = [];
  const text = (name: string) => form[name]?.trim() ?? "";
  const isGiven = (name: string) => text(name) !== "";
  const given = (name: string, value: unknown, as = name) => (isGiven(name) ? { [as]: value } : {});
  const number = (name: string) => readArgument({ control: "number" }, text(name));
  const span = (name: keyof typeof SPANS, as: string = name) => {
    const value = number(name);
    return given(name, typeof value === "number" ? Math.round(value * SPANS[name]) : value, as);
  };
  const list = (name: string) =>
    text(name)
      .split(/[\s,]+/)
      .filter(Boolean);
  const args = argumentFields(kind)
    .filter(({ name }) => isGiven(`arguments.${name}`))
    .map((field) => [field.name, readArgument(field, text(`arguments.${field.name}`))]);
  const input: Record<string, unknown> = {
    kind,
    arguments: Object.fromEntries(args),
    ...given("name", text("name")),
    targets: {
      ...Object.assign({}, ...LISTS.map((name) => given(name, list(name), name.slice("targets.".length)))),
      ...given("targets.types", text("targets.types").split(",").filter(Boolean), "types"),
      ...given("targets.tags", list("targets.tags"), "tags"),
      ...given("targets.filter", readFilterAddress(text("targets.filter")), "filter"),
    },
    timing: timingOf(form, zone, errors),
    ...(isGiven("window.from") || isGiven("window.to")
      ? { window: { from: text("window.from"), to: text("window.to") } }
      : {}),
    rollout: { ...stagesOf(text("rollout.kind"), number, isGiven), ...stopOf(number, isGiven, errors) },
    ...span("timeoutMs"),
    ...span("expiresAfterMs"),
    ...(["retries.max", "retries.firstMs", "retries.maxMs"].some(isGiven)
      ? {
          retries: {
            max: number("retries.max"),
            ...span("retries.firstMs", "firstMs"),
            ...span("retries.maxMs", "maxMs"),
          },
        }
      : {}),
    ...given("priority", number("priority")),
    ...given("missed", text("missed")),
    ...given("overlap", text("overlap")),
  };
  return { input, errors };
}

function timingOf(form: FormValues, zone: string, errors: FieldError[]): unknown {
  const text = (name: string) => form[name]?.trim() ?? "";
  const kind = text("timing.kind");
  if (kind === "at") {
    const at = momentOf(text("timing.at"), text("timing.atZone") || zone);
    if (at === null) errors.push({ path: "timing.at", message: "choose a day and a time" });
    return { kind, at: at ?? SOME_TIME };
  }
  if (kind !== "cron") return { kind };
  const timeZone = text("timing.timeZone") === "" ? {} : { timeZone: text("timing.timeZone") };
  const own = text("repeat.kind") === "own";
  if (own) return { kind, cron: text("timing.cron"), ...timeZone };
  const repeat = check(repeatSchema, {
    ...{ kind: text("repeat.kind"), time: text("repeat.time"), day: text("repeat.day") },
    ...{ hours: text("repeat.hours"), minutes: text("repeat.minutes") },
    days: text("repeat.days").split(",").filter(Boolean),
  });
  if (repeat.ok) return { kind, cron: cronOf(repeat.value), ...timeZone };
  for (const { path, message } of repeat.refusal.errors ?? [])
    errors.push({ path: `repeat.${path}`, message });
  return { kind, cron: SOME_CRON, ...timeZone };
}

type Number = (name: string) => unknown;
type IsGiven = (name: string) => boolean;

function stagesOf(kind: string, number: Number, isGiven: IsGiven): object {
  if (kind === "batches") return { kind, size: number("rollout.size") };
  if (kind !== "canary") return { kind };
  const growth = isGiven("rollout.growth") ? { growth: number("rollout.growth") } : {};
  return { kind, first: number("rollout.first"), ...growth };
}

function stopOf(number: Number, isGiven: IsGiven, errors: FieldError[]): object {
  const [rate, after] = ["rollout.stopAt.failureRate", "rollout.stopAt.after"] as const;
  if (!isGiven(rate) && !isGiven(after)) return {};
  const percent = isGiven(rate) ? number(rate) : null;
  const fits = typeof percent === "number" && percent >= 0 && percent <= 100;
  if (!fits) errors.push({ path: rate, message: "must be from 0 to 100" });
  return {
    stopAt: { failureRate: fits ? percent / 100 : 0, ...(isGiven(after) ? { after: number(after) } : {}) },
  };
}
