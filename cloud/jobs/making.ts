import type { Kysely, Transaction } from "kysely";
import { toTimestamp } from "../../protocol/api/list.ts";
import { provenanceOf } from "../../protocol/devices/provenance.ts";
import { accept, type Result, refuse, refuseField } from "../../protocol/errors.ts";
import { makeId } from "../../protocol/ids.ts";
import { type JobInput, type JobPreview, placeOf } from "../../protocol/jobs/job.ts";
import { type FirmwareSent, JOB_KINDS, type JobArguments } from "../../protocol/jobs/job-kinds.ts";
import { meansGateways } from "../../protocol/jobs/job-targets.ts";
import { mayDo, type Scope } from "../accounts/scope.ts";
import { prepared } from "../database/prepared.ts";
import { preparedInsert } from "../database/prepared-rows.ts";
import type { Tables } from "../database/tables.ts";
import { findFirmware } from "../firmware/firmware.ts";
import { findOnly, type OnlyTarget } from "./only-target.ts";
import type { JobsParts } from "./parts.ts";
import { checkCron, nextSlot, nextSlots, wallClock } from "./slots.ts";
import { type JobRow, type JobSpec, positionOf } from "./spec.ts";
import { checkTargets, countTargets, firstZone, type Meant, selectTargets } from "./targets.ts";

/** Making a job, or finding out what it would do: both look at the same things, and refuse the same. */

const RUNS_SHOWN = 5;
const NAMES_SHOWN = 8;

interface Looked {
  meant: Meant;
  place: "site" | "cloud";
  timeZone: string;
  /** With what the cloud adds to them. */
  arguments: JobInput["arguments"];
  only: OnlyTarget | null;
}

/** What the schema cannot know: whether targets are there, and whether it ever comes due. Names every bad field. */
async function look(
  db: Kysely<Tables>,
  scope: Scope,
  input: JobInput,
  nowMs: number,
): Promise<Result<Looked>> {
  const { timing } = input;
  if (timing.kind !== "now" && !mayDo(scope, "job:write"))
    return refuse("auth.forbidden", "job:write is not among the permissions of your role");
  const onGateways = meansGateways(JOB_KINDS[input.kind].subject, input.targets);
  const meant = { organizationId: scope.organizationId, targets: input.targets, onGateways };
  const only = await findOnly(db, meant);
  const there = only === null ? await checkTargets(db, meant) : accept(undefined);
  if (!there.ok) return there;
  const place = placeOf(input);
  const timeZone =
    timing.kind === "cron" && (timing.timeZone !== undefined || place === "cloud")
      ? (timing.timeZone ?? "UTC")
      : (only?.job_zone ?? (await firstZone(db, meant)));
  if (timing.kind === "at" && Date.parse(timing.at) < nowMs)
    return refuseField("timing.at", `is past: it is ${toTimestamp(nowMs)} now`);
  if (timing.kind === "cron") {
    const comes = checkCron(timing.cron, timeZone, nowMs);
    if (!comes.ok) return comes;
  }
  const args = input.kind === "firmware.transfer" ? await whichFirmware(db, scope, input.arguments) : null;
  if (args?.ok === false) return args;
  return accept({ meant, place, timeZone, only, arguments: args?.value ?? input.arguments });
}

/** What devices know a firmware by. */
async function whichFirmware(
  db: Kysely<Tables>,
  { organizationId }: Scope,
  { firmware }: JobArguments<"firmware.transfer">,
): Promise<Result<FirmwareSent>> {
  const row = await findFirmware(db, organizationId, firmware);
  if (row === undefined) return refuseField("arguments.firmware", "there is no such firmware");
  return accept({
    ...{ firmware: row.id, name: row.name, version: row.version },
    ...(row.device_type === null ? {} : { deviceType: row.device_type }),
    ...{ sha256: row.sha256, sizeBytes: Number(row.size_bytes) },
  });
}

export async function previewJob(
  { db, clock }: Pick<JobsParts, "db" | "clock">,
  scope: Scope,
  input: JobInput,
): Promise<Result<JobPreview>> {
  const nowMs = clock.nowMs();
  const looked = await look(db.read, scope, input, nowMs);
  if (!looked.ok) return looked;
  const { meant, place, timeZone } = looked.value;
  const { timing } = input;
  const some = await selectTargets(db.read, meant, "", NAMES_SHOWN);
  const sites = await db.read
    .selectFrom("site")
    .select(["id", "name"])
    .where("id", "in", [...new Set(some.map((target) => target.site_id))])
    .execute();
  const siteNames = new Map(sites.map(({ id, name }) => [id, name]));
  const slots =
    timing.kind === "cron"
      ? nextSlots(timing.cron, timeZone, nowMs, RUNS_SHOWN)
      : [timing.kind === "at" ? Date.parse(timing.at) : nowMs];
  return accept({
    place,
    ...(await countTargets(db.read, meant)),
    some: some.map(({ id, name, site_id, provenance }) => ({
      ...{ id, name, siteName: siteNames.get(site_id) ?? "" },
      provenance: provenanceOf(provenance === "simulated"),
    })),
    timeZone,
    runs: slots.map((atMs) => ({ at: toTimestamp(atMs), local: wallClock(atMs, timeZone) })),
  });
}

/** Writes a job down. Its first run, or its schedules, are for the caller. */
export async function insertJob(
  { clock, random }: Pick<JobsParts, "clock" | "random">,
  trx: Transaction<Tables>,
  scope: Scope,
  input: JobInput,
): Promise<Result<{ row: JobRow; only: OnlyTarget | null }>> {
  const nowMs = clock.nowMs();
  const looked = await look(trx, scope, input, nowMs);
  if (!looked.ok) return looked;
  const { place, timeZone, only, arguments: args } = looked.value;
  const { kind, timing, name, targets, window, rollout, retries, missed, overlap, expiresAfterMs } = input;
  const spec: JobSpec = {
    arguments: args,
    ...{ targets, timing, rollout, retries, missed, overlap, expiresAfterMs },
    ...(window === undefined ? {} : { window }),
    timeoutMs: input.timeoutMs ?? JOB_KINDS[kind].timeoutMs,
  };
  const [by] = await selectName(trx, scope.userId);
  const row: JobRow = {
    id: makeId(nowMs, random),
    organization_id: scope.organizationId,
    name: name ?? nameOf(kind, args),
    kind,
    spec: JSON.stringify(spec),
    place,
    time_zone: timeZone,
    position: positionOf(input.priority, nowMs),
    status: timing.kind === "now" ? "running" : "scheduled",
    next_ms: place === "cloud" ? firstSlot(timing, timeZone, nowMs) : null,
    created_ms: nowMs,
    created_by: scope.userId,
    created_name: by?.name ?? "",
    updated_ms: nowMs,
    cancelled_ms: null,
    firmware_id: kind === "firmware.transfer" ? input.arguments.firmware : null,
  };
  await insertRow(trx, row);
  return accept({ row, only });
}

const selectName = prepared((db, userId: string) =>
  db.selectFrom("user").select("name").where("id", "=", userId),
);
const insertRow = preparedInsert("job", [
  ...(["id", "organization_id", "name", "kind", "spec", "place", "time_zone", "position"] as const),
  ...(["status", "next_ms", "created_ms", "created_by", "created_name", "updated_ms"] as const),
  ...(["cancelled_ms", "firmware_id"] as const),
]);

function firstSlot(timing: JobInput["timing"], timeZone: string, nowMs: number): number | null {
  if (timing.kind === "now") return null;
  return timing.kind === "at" ? Date.parse(timing.at) : nextSlot(timing.cron, timeZone, nowMs);
}

/** What it is called where nobody said: by what tells it from others of its kind. */
function nameOf(kind: JobInput["kind"], args: Record<string, unknown>): string {
  switch (kind) {
    case "device.command":
      return String(args.command);
    case "script.run":
      return String(args.script);
    case "firmware.transfer":
      return `${args.name} ${args.version}`.slice(0, 100);
    default:
      return kind;
  }
}
