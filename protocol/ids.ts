import * as v from "valibot";
import type { Random } from "./random.ts";

/**
 * Ids. What the cloud makes is a UUIDv7 (RFC 9562 section 5.7): opaque to callers, ordered by time for the store.
 * What an installer chooses is a device key: the device's MQTT user name and its place in every topic.
 */

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Opaque id of a record made by the cloud or of a log's epoch: a UUID in lower case. */
export const idSchema = v.pipe(
  v.string(),
  v.regex(UUID, "must be an id as the API returned it (a UUID)"),
  v.description("Opaque id (UUIDv7)"),
);

/** Longest device key, in characters. Keeps topics well below MQTT's 65,535 bytes and table rows small. */
export const DEVICE_KEY_MAX_LENGTH = 64;
const DEVICE_KEY = /^[a-z0-9][a-z0-9._-]*$/i;

/**
 * A device's key at its gateway: letters, digits, `.`, `_`, `-`; starts with a letter or digit; at most
 * {@link DEVICE_KEY_MAX_LENGTH} characters. It is unique within one gateway, not between gateways.
 */
export const deviceKeySchema = v.pipe(
  v.string(),
  v.maxLength(DEVICE_KEY_MAX_LENGTH, `must have at most ${DEVICE_KEY_MAX_LENGTH} characters`),
  v.regex(DEVICE_KEY, "must start with a letter or digit and hold only letters, digits, '.', '_' and '-'"),
  v.description("The device's id at its gateway, which is also its MQTT user name"),
);

export function isId(text: string): boolean {
  return UUID.test(text);
}

export function isDeviceKey(text: string): boolean {
  return text.length <= DEVICE_KEY_MAX_LENGTH && DEVICE_KEY.test(text);
}

/** Every id that was made before this time is less than it, and none that was made later. */
export function idFloor(nowMs: number): string {
  const hex = nowMs.toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}

/** Of each byte its two digits: looked up, for ids are made by the ten thousand a second. */
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Makes a UUIDv7 from a time in ms since 1970 (0 to 2^48 - 1) and 74 random bits. */
export function makeId(nowMs: number, random: Random): string {
  const bytes = random.bytes(16);
  let rest = nowMs;
  for (let index = 5; index >= 0; index -= 1) {
    bytes[index] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  bytes[6] = 0x70 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  // Written out: a loop, and cutting what it made, take three times as long.
  const hex = (index: number): string => HEX[bytes[index]!]!;
  const time = `${hex(0)}${hex(1)}${hex(2)}${hex(3)}-${hex(4)}${hex(5)}`;
  const last = `${hex(10)}${hex(11)}${hex(12)}${hex(13)}${hex(14)}${hex(15)}`;
  return `${time}-${hex(6)}${hex(7)}-${hex(8)}${hex(9)}-${last}`;
}
