import type * as v from "valibot";
import { accept, assertNever, type Result, refuse } from "../errors.ts";
import { MIB } from "../units.ts";
import { check } from "../validate.ts";
import { ByteReader, ByteWriter, TruncatedError } from "./bytes.ts";
import {
  type Challenge,
  type Clock,
  challengeSchema,
  clockSchema,
  type Flush,
  type Flushed,
  flushedSchema,
  flushSchema,
  type Hello,
  helloSchema,
  type Live,
  liveSchema,
  pingSchema,
  type Refuse,
  refuseSchema,
  type Watch,
  type Welcome,
  watchSchema,
  welcomeSchema,
} from "./control.ts";
import { type Ack, type Entries, readAck, readEntries, writeAck, writeEntries } from "./entries.ts";

/**
 * Everything that crosses the line between a gateway and the cloud. One binary WebSocket message is one frame:
 * a type byte, then binary for `entries` and `ack`, JSON in UTF-8 for the rest (docs/protocol.md).
 *
 * A frame that cannot be read ends the session with `frame.invalid`: nothing of it is applied, and the cursors say
 * where to go on. Types from {@link IGNORABLE_FROM} may be skipped by a receiver that does not know them.
 */
export type Frame =
  | ({ type: "challenge" } & Challenge)
  | ({ type: "hello" } & Hello)
  | ({ type: "welcome" } & Welcome)
  | ({ type: "refuse" } & Refuse)
  | ({ type: "entries" } & Entries)
  | ({ type: "ack" } & Ack)
  | ({ type: "watch" } & Watch)
  | ({ type: "live" } & Live)
  | ({ type: "flush" } & Flush)
  | ({ type: "flushed" } & Flushed)
  | { type: "ping"; nowMs: number }
  | { type: "pong"; nowMs: number }
  | ({ type: "clock" } & Clock)
  | { type: "ignorable"; code: number };

export const FRAME_MAX_BYTES = 4 * MIB;
export const IGNORABLE_FROM = 0x80;

/** The type bytes. Never reused, never renumbered. */
const CODES = {
  challenge: 0x01,
  hello: 0x02,
  welcome: 0x03,
  refuse: 0x04,
  entries: 0x10,
  ack: 0x11,
  watch: 0x20,
  live: 0x21,
  flush: 0x22,
  flushed: 0x23,
  ping: 0x30,
  pong: 0x31,
  clock: 0x80,
} as const;

const CONTROL_SCHEMAS = new Map<number, { type: ControlType; schema: v.GenericSchema }>([
  [CODES.challenge, { type: "challenge", schema: challengeSchema }],
  [CODES.hello, { type: "hello", schema: helloSchema }],
  [CODES.welcome, { type: "welcome", schema: welcomeSchema }],
  [CODES.refuse, { type: "refuse", schema: refuseSchema }],
  [CODES.watch, { type: "watch", schema: watchSchema }],
  [CODES.live, { type: "live", schema: liveSchema }],
  [CODES.flush, { type: "flush", schema: flushSchema }],
  [CODES.flushed, { type: "flushed", schema: flushedSchema }],
  [CODES.ping, { type: "ping", schema: pingSchema }],
  [CODES.pong, { type: "pong", schema: pingSchema }],
  [CODES.clock, { type: "clock", schema: clockSchema }],
]);
type ControlType = Exclude<Frame["type"], "entries" | "ack" | "ignorable">;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

export function encodeFrame(frame: Exclude<Frame, { type: "ignorable" }>): Uint8Array<ArrayBuffer> {
  switch (frame.type) {
    case "entries":
    case "ack": {
      const writer = new ByteWriter(frame.type === "ack" ? 16 : 4_096);
      writer.byte(CODES[frame.type]);
      if (frame.type === "entries") writeEntries(writer, frame);
      else writeAck(writer, frame);
      return writer.finish() as Uint8Array<ArrayBuffer>;
    }
    case "challenge":
    case "hello":
    case "welcome":
    case "refuse":
    case "watch":
    case "live":
    case "flush":
    case "flushed":
    case "ping":
    case "pong":
    case "clock": {
      const { type, ...body } = frame;
      const json = encoder.encode(JSON.stringify(body));
      const bytes = new Uint8Array(json.length + 1);
      bytes[0] = CODES[type];
      bytes.set(json, 1);
      return bytes;
    }
    default:
      return assertNever(frame);
  }
}

/** Reads one frame. Codes: `frame.too-large`, `frame.invalid`. Never throws, whatever the bytes. */
export function decodeFrame(bytes: Uint8Array): Result<Frame> {
  if (bytes.length > FRAME_MAX_BYTES) return refuse("frame.too-large", `${bytes.length} bytes`);
  const code = bytes[0];
  if (code === undefined) return refuse("frame.invalid", "the frame is empty");
  if (code === CODES.entries || code === CODES.ack) return decodeBinary(code, bytes);
  const control = CONTROL_SCHEMAS.get(code);
  if (control === undefined && code >= IGNORABLE_FROM) return accept({ type: "ignorable", code });
  if (control === undefined) return refuse("frame.invalid", `frame type ${code} does not exist`);
  let body: unknown;
  try {
    body = JSON.parse(decoder.decode(bytes.subarray(1)));
  } catch {
    return refuse("frame.invalid", `the ${control.type} frame is not JSON in UTF-8`);
  }
  const checked = check(control.schema, body, "frame.invalid");
  if (!checked.ok)
    return refuse("frame.invalid", `${control.type}: ${checked.refusal.detail}`, checked.refusal.errors);
  return accept({ type: control.type, ...(checked.value as object) } as Frame);
}

function decodeBinary(code: number, bytes: Uint8Array): Result<Frame> {
  const reader = new ByteReader(bytes, 1);
  try {
    const frame: Frame =
      code === CODES.entries
        ? { type: "entries", ...readEntries(reader) }
        : { type: "ack", ...readAck(reader) };
    return reader.atEnd ? accept(frame) : refuse("frame.invalid", "bytes are left over after the frame");
  } catch (error) {
    // TypeError is TextDecoder's word for bytes that are not UTF-8; anything else is a fault of ours.
    if (error instanceof TruncatedError || error instanceof TypeError)
      return refuse("frame.invalid", error.message);
    throw error;
  }
}
