import * as v from "valibot";
import { listQueryEntries, sortSchema, timestampSchema } from "../api/list.ts";
import { idSchema } from "../ids.ts";
import { DAY, MIB } from "../units.ts";

/** A firmware as people upload and see it, and what devices and gateways say to each other while one is brought to a device. */

/** The largest that any installation may take; each has a setting of its own below it. */
export const FIRMWARE_MAX_BYTES = 4_096 * MIB;

const name = (what: string) =>
  v.pipe(
    v.string(),
    v.trim(),
    v.minLength(1, `must name ${what}`),
    v.maxLength(64, "must have at most 64 characters"),
  );

/** For so long what was deleted can be restored, unless an upload needs its room before. */
export const FIRMWARE_KEPT_MS = 1 * DAY;

/** SHA-256, hexadecimal in lower case. */
export const sha256Schema = v.pipe(
  v.string("must be a text"),
  v.toLowerCase(),
  v.regex(/^[0-9a-f]{64}$/, "must be 64 hexadecimal digits"),
);

/** As devices report it in their `state`. */
export const deviceTypeSchema = v.pipe(
  v.string("must be a text"),
  v.trim(),
  v.minLength(1, "must name a type of device"),
  v.maxLength(40, "must have at most 40 characters"),
);

export const firmwareNameSchema = name("the firmware");
export const firmwareVersionSchema = name("the version that the device reports when it runs it");
export const firmwareSizeSchema = v.pipe(
  v.number("must be a number"),
  v.integer("must be a whole number"),
  v.minValue(1),
  v.maxValue(FIRMWARE_MAX_BYTES),
);

/** `POST /api/v1/firmware`: what the bytes of the body are. */
export const firmwareUploadSchema = v.object({
  name: firmwareNameSchema,
  version: firmwareVersionSchema,
  /** The type of device it is for, as devices report it. Absent: any. */
  deviceType: v.optional(deviceTypeSchema),
  /** What the body must come to; another is refused. */
  sha256: v.optional(sha256Schema),
});
export type FirmwareUpload = v.InferOutput<typeof firmwareUploadSchema>;

export const firmwareSchema = v.pipe(
  v.object({
    id: idSchema,
    name: v.string(),
    version: v.string(),
    deviceType: v.nullable(v.string()),
    sha256: v.string(),
    sizeBytes: v.number(),
    /** Jobs that have not ended and bring it to devices; while there are any it cannot be deleted. */
    openJobs: v.pipe(v.number(), v.integer()),
    /** The newest of them, five at most. */
    jobs: v.array(v.object({ id: idSchema, name: v.string() })),
    /** Devices that report this version; of its type where it is for one. Retired ones are not counted. */
    devices: v.pipe(v.number(), v.integer()),
    createdAt: timestampSchema,
    createdBy: v.object({ id: v.string(), name: v.string() }),
  }),
  v.metadata({ ref: "Firmware" }),
);
export type Firmware = v.InferOutput<typeof firmwareSchema>;

/** `GET /api/v1/firmware`: newest first unless `sort` says otherwise; `q` finds in names and versions. */
export const firmwareQuerySchema = v.object({
  ...listQueryEntries,
  sort: sortSchema(["createdAt", "name", "sizeBytes"]),
  /** For this type of device, or for any. */
  deviceType: v.optional(deviceTypeSchema),
});
export type FirmwareQuery = v.InferOutput<typeof firmwareQuerySchema>;

/** `GET /api/v1/gateways/firmware/{sha256}` */
export const firmwareContentParam = v.object({ sha256: sha256Schema });
