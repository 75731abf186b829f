import type * as v from "valibot";
import { accept, type Result, refuse } from "../errors.ts";
import { check } from "../validate.ts";
import type { UplogStream } from "./cursor.ts";
import { configDesired } from "./downlog/config-desired.ts";
import { deviceRemove } from "./downlog/device-remove.ts";
import { deviceRestore } from "./downlog/device-restore.ts";
import { jobCancel } from "./downlog/job-cancel.ts";
import { jobExecute } from "./downlog/job-execute.ts";
import { jobOrder } from "./downlog/job-order.ts";
import { keyRotate } from "./downlog/key-rotate.ts";
import { keyUse } from "./downlog/key-use.ts";
import { notificationSend } from "./downlog/notification-send.ts";
import { scheduleOnly } from "./downlog/schedule-only.ts";
import { scheduleRemove } from "./downlog/schedule-remove.ts";
import { scheduleSet } from "./downlog/schedule-set.ts";
import { simulationSet } from "./downlog/simulation-set.ts";
import type { Entry, NewEntry } from "./entry.ts";
import { configReported } from "./uplog/config-reported.ts";
import { deviceAttributes } from "./uplog/device-attributes.ts";
import { deviceConduct } from "./uplog/device-conduct.ts";
import { deviceConnectivity } from "./uplog/device-connectivity.ts";
import { deviceRegistered } from "./uplog/device-registered.ts";
import { deviceRemoved } from "./uplog/device-removed.ts";
import { jobBegun } from "./uplog/job-begun.ts";
import { jobLog } from "./uplog/job-log.ts";
import { jobProgress } from "./uplog/job-progress.ts";
import { jobSkipped } from "./uplog/job-skipped.ts";
import { jobState } from "./uplog/job-state.ts";
import { keyMade } from "./uplog/key-made.ts";
import { logForgotten } from "./uplog/log-forgotten.ts";
import { notificationAck } from "./uplog/notification-ack.ts";
import { simulationStatus } from "./uplog/simulation-status.ts";
import { telemetryDropped } from "./uplog/telemetry-dropped.ts";

/**
 * Every kind of entry, in one table a direction. A new kind is a file in `uplog/` or `downlog/` and a line here;
 * `switch` over the union with `assertNever` then shows what else must learn it.
 */
const UPLOG_KINDS = [
  deviceRegistered,
  deviceRemoved,
  deviceAttributes,
  deviceConnectivity,
  deviceConduct,
  configReported,
  telemetryDropped,
  notificationAck,
  logForgotten,
  jobBegun,
  jobState,
  jobProgress,
  jobLog,
  jobSkipped,
  simulationStatus,
  keyMade,
] as const;
const DOWNLOG_KINDS = [
  configDesired,
  notificationSend,
  deviceRemove,
  deviceRestore,
  jobExecute,
  jobCancel,
  jobOrder,
  scheduleSet,
  scheduleRemove,
  scheduleOnly,
  simulationSet,
  keyRotate,
  keyUse,
] as const;

/** A JSON entry of the uplog, by `kind`. Telemetry chunks travel as bytes: see {@link CHUNK_KIND}. */
export type UplogEvent = v.InferOutput<(typeof UPLOG_KINDS)[number]>;
/** One that is about jobs. */
export type JobEvent = Extract<UplogEvent, { kind: `job.${string}` }>;
/** One that is about a device. */
export type DeviceEvent = Exclude<
  UplogEvent,
  JobEvent | { kind: "log.forgotten" | "simulation.status" | "key.made" }
>;
export type DownlogEvent = v.InferOutput<(typeof DOWNLOG_KINDS)[number]>;
/** What is wanted of jobs. */
export type JobWish = Extract<DownlogEvent, { kind: `job.${string}` | `schedule.${string}` }>;

/** Kind of an entry whose payload is a sealed chunk (`protocol/chunks`). It travels in the `bulk` lane. */
export const CHUNK_KIND = "telemetry.chunk";

/** By kind: a variant of valibot's looks at one schema after the other. */
const uplogSchemas = new Map<string, (typeof UPLOG_KINDS)[number]>(
  UPLOG_KINDS.map((schema) => [schema.entries.kind.literal, schema]),
);
const downlogSchemas = new Map<string, (typeof DOWNLOG_KINDS)[number]>(
  DOWNLOG_KINDS.map((schema) => [schema.entries.kind.literal, schema]),
);

/** Whether this version knows the kind as that of a JSON entry of the uplog. */
export function isUplogKind(kind: string): boolean {
  return uplogSchemas.has(kind);
}

export function isJobEvent(event: UplogEvent): event is JobEvent {
  return event.kind.startsWith("job.");
}

export function isJobWish(event: DownlogEvent): event is JobWish {
  return event.kind.startsWith("job.") || event.kind.startsWith("schedule.");
}

/** The lane an entry of this kind travels in. */
export function laneOf(kind: string): UplogStream {
  return kind === CHUNK_KIND ? "bulk" : "urgent";
}

/** What became of reading an entry: an event, or a kind this version does not know (to be kept and skipped). */
export type ReadEvent<Event> = { known: true; event: Event } | { known: false; kind: string };

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** The entry of an event, ready to be appended to its log. */
export function toEntry(event: UplogEvent | DownlogEvent, atMs: number): NewEntry {
  const { kind, ...body } = event;
  return { kind, atMs, payload: encoder.encode(JSON.stringify(body)) };
}

/** Reads an uplog entry. Unknown kinds are not an error; a known kind with a bad body is `frame.invalid`. */
export function readUplogEvent(entry: Entry): Result<ReadEvent<UplogEvent>> {
  const schema = uplogSchemas.get(entry.kind);
  if (schema === undefined) return accept({ known: false, kind: entry.kind });
  const event = readBody(schema, entry);
  return event.ok ? accept({ known: true, event: event.value }) : event;
}

/** Reads a downlog entry; the same rules as {@link readUplogEvent}. */
export function readDownlogEvent(entry: Entry): Result<ReadEvent<DownlogEvent>> {
  const schema = downlogSchemas.get(entry.kind);
  if (schema === undefined) return accept({ known: false, kind: entry.kind });
  const event = readBody(schema, entry);
  return event.ok ? accept({ known: true, event: event.value }) : event;
}

function readBody<Schema extends v.GenericSchema>(
  schema: Schema,
  entry: Entry,
): Result<v.InferOutput<Schema>> {
  let body: unknown;
  try {
    body = JSON.parse(decoder.decode(entry.payload));
  } catch {
    return refuse("frame.invalid", `entry ${entry.seq} (${entry.kind}) is not JSON in UTF-8`);
  }
  if (typeof body !== "object" || body === null) {
    return refuse("frame.invalid", `entry ${entry.seq} (${entry.kind}) is not a JSON object`);
  }
  return check(schema, { ...body, kind: entry.kind }, "frame.invalid");
}
