import { isBuiltIn } from "../../protocol/accounts/role.ts";
import { isJobKind } from "../../protocol/jobs/job-kinds.ts";
import type { Words } from "./catalogues.ts";
import { scheduleWords } from "./schedules.ts";
import { absoluteTime, duration } from "./words.ts";

/** Names of what changed, with each as it was and as it is; what does not differ, or is not worth a word, is left out. */
export interface ToldChange {
  name: string;
  before: string;
  after: string;
}

type Fields = Record<string, unknown>;

/**
 * What an entry of the audit log changed, in words. Entries outlive the versions that wrote them: what is of another shape
 * than today's is told by its names and values, and never as JSON.
 */
export function auditChanges(
  words: Words,
  entry: { before: Fields | null; after: Fields | null },
  zone: string,
): ToldChange[] {
  const before = entry.before ?? {};
  const after = entry.after ?? {};
  const { fields } = words.settings.audit;
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name) => {
    const told = {
      name: Object.hasOwn(fields, name) ? fields[name as keyof typeof fields] : name,
      before: saysNothing(name, before) ? "" : toldValue(words, name, before[name], zone),
      after: saysNothing(name, after) ? "" : toldValue(words, name, after[name], zone),
    };
    return told.before === told.after ? [] : [told];
  });
}

/** What becomes of runs that are missed or overlap is said of what repeats only. */
function saysNothing(name: string, of: Fields): boolean {
  return (name === "missed" || name === "overlap") && partOf(of.timing, "kind") !== "cron";
}

function toldValue(words: Words, name: string, value: unknown, zone: string): string {
  if (value === undefined || value === null) return "";
  return (KNOWN[name] ?? (() => null))(words, value, zone) ?? plainly(words, value);
}

/** Fields whose values have words of their own; null for a value of another shape. */
const KNOWN: Record<string, (words: Words, value: unknown, zone: string) => string | null> = {
  kind: ({ jobs }, value) => (typeof value === "string" && isJobKind(value) ? jobs.kinds[value] : null),
  role: ({ frame }, value) => (typeof value === "string" && isBuiltIn(value) ? frame.roles[value] : null),
  targets: targetsWords,
  channels: ({ notifications: { channels } }, value) =>
    Array.isArray(value) ? value.map((one) => wordOf(channels, one)).join(", ") : null,
  timing: timingWords,
  rollout({ jobs: { rolloutKinds }, number }, value) {
    const [kind, size, first, growth] = ["kind", "size", "first", "growth"].map((part) =>
      partOf(value, part),
    );
    if (kind === "all") return rolloutKinds.all;
    if (kind === "batches") return rolloutKinds.batches(Number(size));
    return kind === "canary" ? rolloutKinds.canary(Number(first), number(Number(growth))) : null;
  },
  retries({ count }, value) {
    const max = partOf(value, "max");
    return typeof max !== "number" ? null : max === 0 ? "" : count(max);
  },
  messages: (_, value) =>
    typeof value !== "object" || Array.isArray(value)
      ? null
      : Object.entries(value as Fields)
          .map(([language, message]) => `${language}: ${String(partOf(message, "title") ?? "")}`)
          .join(", "),
  missed: ({ jobForm }, value) => wordOf(jobForm.missedOf, value),
  overlap: ({ jobForm }, value) => wordOf(jobForm.overlapOf, value),
  timeoutMs: span,
  expiresAfterMs: span,
};

function wordOf(words: Record<string, string>, value: unknown): string {
  const key = String(value);
  return Object.hasOwn(words, key) ? (words[key] as string) : key;
}

function span(words: Words, value: unknown): string | null {
  return typeof value === "number" ? duration(words, value) : null;
}

/** How many of each; who was meant is on the page of what was made. */
function targetsWords({ jobs, notifications: { targets: told } }: Words, value: unknown): string | null {
  if (typeof value !== "object" || Array.isArray(value)) return null;
  const say: Record<string, (total: number) => string> = {
    devices: told.devices,
    sites: told.sites,
    gateways: jobs.chosenGateways,
    people: told.people,
    endpoints: told.endpoints,
    addresses: told.addresses,
  };
  return Object.entries(value as Fields)
    .flatMap(([name, of]) => {
      if (name === "everyone") return of === true ? [told.everyone] : [];
      if (name === "filter") return [told.filter];
      const total = Array.isArray(of) ? of.length : Number(of);
      if (total === 0 || Number.isNaN(total)) return [];
      return [say[name]?.(total) ?? `${name}: ${Array.isArray(of) ? of.join(", ") : total}`];
    })
    .join(", ");
}

function timingWords(words: Words, value: unknown, zone: string): string | null {
  const [kind, at, cron] = ["kind", "at", "cron"].map((part) => partOf(value, part));
  if (kind === "now") return words.jobs.now;
  if (kind === "at" && typeof at === "string") return absoluteTime(words, Date.parse(at), zone);
  return kind === "cron" && typeof cron === "string" ? (scheduleWords(words, cron) ?? cron) : null;
}

function partOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Fields)[name] : undefined;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Anything: a list of words is read as one, of ids only how many they are, and an object as its names with their values. */
function plainly(words: Words, value: unknown): string {
  if (typeof value === "boolean") return value ? words.telemetry.yes : words.telemetry.no;
  if (typeof value !== "object" || value === null) return String(value ?? "");
  if (Array.isArray(value)) {
    if (value.length > 0 && value.every((one) => UUID.test(String(one)))) return words.count(value.length);
    return value.map((one) => plainly(words, one)).join(", ");
  }
  return Object.entries(value)
    .map(([name, of]) => [name, plainly(words, of)] as const)
    .filter(([, told]) => told !== "")
    .map(([name, told]) => `${name}: ${told}`)
    .join(", ");
}
