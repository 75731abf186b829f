import * as v from "valibot";
import { configValuesSchema } from "../config/device-config.ts";
import {
  deviceTypeSchema,
  firmwareNameSchema,
  firmwareSizeSchema,
  firmwareVersionSchema,
  sha256Schema,
} from "../firmware/firmware.ts";
import { idSchema } from "../ids.ts";
import { isJsonObject } from "../json.ts";
import { DAY, HOUR, KIB, MINUTE, SECOND } from "../units.ts";

/**
 * Every kind of job, in one table: what its arguments are, what it can be run on, and what a gateway may do when it does
 * not know whether it has been run. A new kind is a line here, and a file at the gateway that does it.
 */

const count = (most: number) =>
  v.pipe(
    v.number("must be a number"),
    v.integer("must be a whole number"),
    v.minValue(1, "must be at least 1"),
    v.maxValue(most, `must be at most ${most}`),
  );

/** What a program can be started with: it takes U+0000 for the end of an argument. */
const programArgumentSchema = v.pipe(
  v.string("must be a text"),
  v.maxLength(1_024),
  v.check((text) => !text.includes("\0"), "must be text without U+0000"),
);

/** What a device is told to do. Which commands there are is the device's own. */
const commandArguments = v.strictObject({
  command: v.pipe(
    v.string("must be a text"),
    v.regex(/^[a-z0-9][a-z0-9._-]{0,63}$/i, "must be letters, digits, '.', '_' and '-', 64 at most"),
  ),
  args: v.optional(
    v.pipe(
      v.custom<Record<string, unknown>>(isJsonObject, "must be a JSON object"),
      v.check((args) => JSON.stringify(args).length <= 16 * KIB, "must be at most 16 KiB of JSON"),
    ),
    {},
  ),
});

const setConfigArguments = v.strictObject({
  config: v.pipe(
    configValuesSchema,
    v.check((config) => Object.keys(config).length > 0, "must set something at least"),
    v.check((config) => JSON.stringify(config).length <= 64 * KIB, "must be at most 64 KiB of JSON"),
  ),
});

/** A firmware that was uploaded, by its id. */
const firmwareArguments = v.strictObject({ firmware: idSchema });

/** The same as gateways are sent it: with what devices know it by. */
const firmwareSent = v.strictObject({
  ...firmwareArguments.entries,
  name: firmwareNameSchema,
  version: firmwareVersionSchema,
  /** Absent: for any. */
  deviceType: v.optional(deviceTypeSchema),
  sha256: sha256Schema,
  sizeBytes: firmwareSizeSchema,
});
export type FirmwareSent = v.InferOutput<typeof firmwareSent>;

const pingArguments = v.strictObject({ count: v.optional(count(100), 3) });

const logsArguments = v.strictObject({ lines: v.optional(count(1_000), 200) });

/** A script that whoever installed the gateway has put into its folder of scripts. */
const scriptArguments = v.strictObject({
  script: v.pipe(
    v.string("must be a text"),
    v.minLength(1, "must name a script in the gateway's folder of scripts"),
    v.maxLength(200),
    v.check(staysInside, "must stay inside the gateway's folder of scripts: no '..', and no '/' in front"),
    v.regex(
      /^[a-z0-9][a-z0-9._-]*(\/[a-z0-9][a-z0-9._-]*)*$/i,
      "must be names of letters, digits, '.', '_' and '-', with '/' between folders",
    ),
  ),
  args: v.optional(v.pipe(v.array(programArgumentSchema), v.maxLength(32)), []),
});

function staysInside(path: string): boolean {
  return !path.startsWith("/") && !path.includes("\\") && !path.split("/").includes("..");
}

/** The release to bring gateways to. */
const updateArguments = v.strictObject({
  /** Absent: the newest that the cloud has when the gateway asks for it. */
  sequence: v.optional(
    v.pipe(v.number("must be a number"), v.safeInteger("must be a whole number"), v.minValue(1)),
  ),
});

const noArguments = v.strictObject({});

/** What a kind can be run on. `either`: on devices, or on gateways themselves. */
export type JobSubject = "device" | "gateway" | "either";

interface JobKindEntry {
  arguments: v.GenericSchema;
  /** What gateways are sent of them, where the cloud adds to it. Absent: the same. */
  sent?: v.GenericSchema;
  subject: JobSubject;
  /**
   * Whether it may run twice: when the gateway goes down in the middle it is run again, and not said to be interrupted.
   * True where running it twice comes to the same as once.
   */
  atLeastOnce: boolean;
  /** What came of it is looked at afterwards, so that it can be `verified`. */
  verifies: boolean;
  /** How long one attempt may take where a job does not say. */
  timeoutMs: number;
  /** Needs the cloud to begin, so that a schedule of it cannot run at the sites. */
  fromCloud: boolean;
}

export const JOB_KINDS = {
  /** A command to the device over MQTT (`homepot/<device>/command/<execution>`). */
  "device.command": {
    arguments: commandArguments,
    subject: "device",
    atLeastOnce: false,
    verifies: false,
    timeoutMs: 5 * MINUTE,
    fromCloud: false,
  },
  /** These settings are added to what is wanted of the device; done when it reports that it runs with them. */
  "config.set": {
    arguments: setConfigArguments,
    subject: "device",
    atLeastOnce: true,
    verifies: true,
    timeoutMs: 15 * MINUTE,
    fromCloud: true,
  },
  /** Staged, applied, and confirmed or rolled back by the device. */
  "firmware.transfer": {
    arguments: firmwareArguments,
    sent: firmwareSent,
    subject: "device",
    atLeastOnce: true,
    verifies: true,
    timeoutMs: 2 * HOUR,
    fromCloud: false,
  },
  ping: {
    arguments: pingArguments,
    subject: "either",
    atLeastOnce: true,
    verifies: false,
    timeoutMs: 30 * SECOND,
    fromCloud: false,
  },
  "logs.collect": {
    arguments: logsArguments,
    subject: "either",
    atLeastOnce: true,
    verifies: false,
    timeoutMs: 2 * MINUTE,
    fromCloud: false,
  },
  /** Done when the device says that it does it, verified when it was heard again. */
  "device.restart": {
    arguments: noArguments,
    subject: "device",
    atLeastOnce: false,
    verifies: true,
    timeoutMs: 10 * MINUTE,
    fromCloud: false,
  },
  /** That the gateway goes down in the middle is what is wanted. */
  "gateway.restart": {
    arguments: noArguments,
    subject: "gateway",
    atLeastOnce: false,
    verifies: true,
    timeoutMs: 10 * MINUTE,
    fromCloud: false,
  },
  /** Begun again it goes on where it was: the program that runs then says what came of it. */
  "gateway.update": {
    arguments: updateArguments,
    subject: "gateway",
    atLeastOnce: true,
    verifies: true,
    timeoutMs: 2 * HOUR,
    fromCloud: true,
  },
  "script.run": {
    arguments: scriptArguments,
    subject: "gateway",
    atLeastOnce: false,
    verifies: false,
    timeoutMs: 10 * MINUTE,
    fromCloud: false,
  },
  /** Everything that waits at the gateway is sealed and sent. */
  "sync.now": {
    arguments: noArguments,
    subject: "gateway",
    atLeastOnce: true,
    verifies: false,
    timeoutMs: 10 * MINUTE,
    fromCloud: false,
  },
} as const satisfies Record<string, JobKindEntry>;

export type JobKind = keyof typeof JOB_KINDS;
export type JobArguments<Kind extends JobKind = JobKind> = v.InferOutput<
  (typeof JOB_KINDS)[Kind]["arguments"]
>;
export const JOB_KIND_NAMES = Object.keys(JOB_KINDS) as JobKind[];

export function isJobKind(kind: string): kind is JobKind {
  return Object.hasOwn(JOB_KINDS, kind);
}

export function canRunOn(kind: JobKind, subject: "device" | "gateway"): boolean {
  const of: JobSubject = JOB_KINDS[kind].subject;
  return of === "either" || of === subject;
}

/** What a gateway is sent as a job's arguments. */
export function sentSchema(kind: JobKind): v.GenericSchema {
  const { sent, arguments: given }: JobKindEntry = JOB_KINDS[kind];
  return sent ?? given;
}

/** An attempt may take so long at most. */
export const JOB_TIMEOUT_MAX_MS = DAY;
