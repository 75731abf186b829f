/**
 * Frames of MQTT 3.1.1 and 5 that come and go by the ten thousand. mqtt-packet, which reads and makes the others, needs several times
 * as long: of a message's way through this end it was half.
 */

export interface Publication {
  topic: string;
  payload: string;
  /** Seconds after which the broker need not hand it on (MQTT 5); 0: it is not told. */
  leftSeconds: number;
}

export interface PublishFlags {
  qos: 1 | 2;
  /** It may have been there before (MQTT-3.3.1-1). */
  isAgain: boolean;
  version: 4 | 5;
}

const EXPIRY = 0x02;
const EXPIRY_BYTES = 5;

/** PUBLISH (section 3.3). */
export function publishFrame(
  packetId: number,
  { topic, payload, leftSeconds }: Publication,
  { qos, isAgain, version }: PublishFlags,
): Buffer {
  const topicBytes = Buffer.byteLength(topic);
  const properties = version === 5 && leftSeconds > 0 ? EXPIRY_BYTES : 0;
  const propertyBytes = version === 5 ? 1 + properties : 0;
  const rest = 2 + topicBytes + 2 + propertyBytes + Buffer.byteLength(payload);
  const frame = Buffer.allocUnsafe(1 + lengthBytes(rest) + rest);
  let at = writeHead(frame, 0x30 | (isAgain ? 0x08 : 0) | (qos << 1), rest);
  at = frame.writeUInt16BE(topicBytes, at);
  at += frame.write(topic, at);
  at = frame.writeUInt16BE(packetId, at);
  if (version === 5) at = frame.writeUInt8(properties, at);
  if (properties > 0) {
    at = frame.writeUInt8(EXPIRY, at);
    at = frame.writeUInt32BE(leftSeconds, at);
  }
  frame.write(payload, at);
  return frame;
}

/** PUBREL (section 3.6) of each, which means success where it says nothing else. */
export function releaseFrames(packetIds: readonly number[]): Buffer {
  const frames = Buffer.allocUnsafe(4 * packetIds.length);
  let at = 0;
  for (const id of packetIds) {
    at = frames.writeUInt16BE(0x6202, at);
    at = frames.writeUInt16BE(id, at);
  }
  return frames;
}

/** Section 2.2.3 of 3.1.1, 1.5.5 of 5: seven bits a byte. */
function writeHead(frame: Buffer, first: number, rest: number): number {
  let at = frame.writeUInt8(first, 0);
  for (let left = rest; ; ) {
    const bits = left & 0x7f;
    left >>>= 7;
    at = frame.writeUInt8(left > 0 ? bits | 0x80 : bits, at);
    if (left === 0) return at;
  }
}

const lengthBytes = (rest: number): number =>
  rest < 0x80 ? 1 : rest < 0x4000 ? 2 : rest < 0x20_0000 ? 3 : 4;

export type Acknowledgement = "puback" | "pubrec" | "pubcomp";
const ACKNOWLEDGEMENTS: Record<number, Acknowledgement> = { 64: "puback", 80: "pubrec", 112: "pubcomp" };

export interface FrameReader {
  /** Of acknowledgements. `code`: a reason code of MQTT 5; 0 means success, and is all there is of 3.1.1. */
  acknowledged(kind: Acknowledgement, packetId: number, code: number): void;
  /** Of all others, whole. */
  other(frame: Buffer): void;
}

/** Takes bytes as they come, and gives frames. */
export class FrameSplitter {
  readonly #reader: FrameReader;
  /** Of a frame that is not whole yet. */
  #left: Buffer | null = null;

  constructor(reader: FrameReader) {
    this.#reader = reader;
  }

  /** Throws when it is no MQTT. */
  read(more: Buffer): void {
    const bytes = this.#left === null ? more : Buffer.concat([this.#left, more]);
    let from = 0;
    while (from < bytes.length) {
      const end = endOfFrame(bytes, from);
      if (end === null || end > bytes.length) break;
      this.#give(bytes, from, end);
      from = end;
    }
    this.#left = from === bytes.length ? null : bytes.subarray(from);
  }

  #give(bytes: Buffer, from: number, end: number): void {
    const kind = ACKNOWLEDGEMENTS[bytes[from]!];
    // Only one whose reason is long (MQTT 5) has more than a byte of length.
    const isShort = bytes[from + 1]! < 0x80;
    if (kind === undefined || !isShort || end - from < 4) {
      this.#reader.other(bytes.subarray(from, end));
      return;
    }
    const packetId = (bytes[from + 2]! << 8) | bytes[from + 3]!;
    this.#reader.acknowledged(kind, packetId, end - from > 4 ? bytes[from + 4]! : 0);
  }
}

/** Null: its length is not there yet. */
function endOfFrame(bytes: Buffer, from: number): number | null {
  let rest = 0;
  for (let count = 0; count < 4; count += 1) {
    const byte = bytes[from + 1 + count];
    if (byte === undefined) return null;
    rest |= (byte & 0x7f) << (7 * count);
    if (byte < 0x80) return from + 2 + count + rest;
  }
  throw new Error("the broker's answer is no MQTT");
}
