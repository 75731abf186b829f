import * as v from "valibot";
import { accept, type Result } from "../errors.ts";
import { parseJsonObject } from "../json.ts";
import { KIB } from "../units.ts";
import { check } from "../validate.ts";

/**
 * How a firmware comes to a device over MQTT: the gateway tells it what there is, the device asks for one part after the other,
 * as large as it likes and from where it likes, and says how far it is. Who asks knows what it has: so a transfer goes on
 * after any restart of either, and needs nobody to remember anything.
 */

/** The command (`command/<execution>`) that tells a device of one. */
export const UPDATE_FIRMWARE = "update-firmware";

/** A part has so many bytes at most. */
export const FIRMWARE_PART_MAX_BYTES = 64 * KIB;
/** And so many when the device does not say. */
const FIRMWARE_PART_BYTES = 16 * KIB;

const whole = (least: number, most: number) =>
  v.pipe(
    v.number("must be a number"),
    v.safeInteger("must be a whole number"),
    v.minValue(least, `must be at least ${least}`),
    v.maxValue(most, `must be at most ${most}`),
  );

const wantSchema = v.object({
  /** The first byte, from 0. */
  offset: whole(0, Number.MAX_SAFE_INTEGER),
  length: v.optional(whole(1, FIRMWARE_PART_MAX_BYTES), FIRMWARE_PART_BYTES),
});
export type FirmwareWant = v.InferOutput<typeof wantSchema>;

/** `{"offset": 0, "length": 16384}` on `firmware/<execution>/want`. Codes: `payload.not-json`, `payload.invalid`. */
export function parseFirmwareWant(text: string): Result<FirmwareWant> {
  const object = parseJsonObject(text);
  return object.ok ? check(wantSchema, object.value, "payload.invalid") : object;
}

/**
 * How far a device is with it, said in its progress. `staged`: it has all of it, and its SHA-256 is right. `applied`: it starts
 * it. `confirmed`: it is well with it. `rolled-back`: it is not, and runs with the one from before.
 */
export const FIRMWARE_STAGES = ["staged", "applied", "confirmed", "rolled-back"] as const;
export type FirmwareStage = (typeof FIRMWARE_STAGES)[number];

/** What a device is told of a firmware, as the command's `args`. */
export interface FirmwareOffer {
  name: string;
  version: string;
  sha256: string;
  sizeBytes: number;
  partMaxBytes: number;
}

const offerSchema = v.object({
  name: v.string(),
  version: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(64)),
  sha256: v.pipe(v.string(), v.toLowerCase(), v.regex(/^[0-9a-f]{64}$/, "must be 64 hexadecimal digits")),
  sizeBytes: whole(1, Number.MAX_SAFE_INTEGER),
  partMaxBytes: whole(1, FIRMWARE_PART_MAX_BYTES),
});

/** Reads it, as a device does. Code: `payload.invalid`. */
export function readFirmwareOffer(args: Record<string, unknown>): Result<FirmwareOffer> {
  const offer = check(offerSchema, args, "payload.invalid");
  return offer.ok ? accept(offer.value) : offer;
}
