import type { Reading } from "../../protocol/telemetry/reading.ts";

/** One message of telemetry as it is journalled: the payload as it came, and what its readings' time is without `ts`. */
export interface Message {
  device: string;
  arrivedMs: number;
  payload: Uint8Array;
}

/** A batch is closed when it holds so much, so that no row of the journal is larger than one message more. */
const FULL_BYTES = 1 << 20;
/** CRC-32 of everything after it. */
const CRC_BYTES = 4;
/** Beside its two texts a message takes the length of each, and a time. */
const FRAME_BYTES = 2 + 8 + 4;

/**
 * The messages of one commit, in the form of a journal row:
 * `crc32 u32, then for each message: device length u16, device (UTF-8), arrived ms f64, payload length u32, payload`,
 * all little-endian.
 */
export class Batch {
  /** What else belongs in the same transaction. */
  readonly also: (() => void)[] = [];
  readonly readings: { device: string; readings: readonly Reading[] }[] = [];
  #bytes = Buffer.allocUnsafe(4_096);
  #length = CRC_BYTES;

  get isFull(): boolean {
    return this.#length >= FULL_BYTES;
  }

  add({ device, arrivedMs, payload }: Message, readings: readonly Reading[]): void {
    this.readings.push({ device, readings });
    this.#reserve(FRAME_BYTES + device.length * 3 + payload.length);
    const bytes = this.#bytes;
    let at = this.#length;
    const deviceBytes = bytes.write(device, at + 2);
    at = bytes.writeUInt16LE(deviceBytes, at) + deviceBytes;
    at = bytes.writeDoubleLE(arrivedMs, at);
    at = bytes.writeUInt32LE(payload.length, at);
    bytes.set(payload, at);
    this.#length = at + payload.length;
  }

  /** The row's bytes; valid until more is added. */
  toBytes(): Uint8Array {
    const bytes = this.#bytes.subarray(0, this.#length);
    bytes.writeUInt32LE(Bun.hash.crc32(bytes.subarray(CRC_BYTES)), 0);
    return bytes;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}

/** The messages of a journal row, in order; null when it is damaged. */
export function readBatch(row: Uint8Array): Message[] | null {
  const bytes = Buffer.from(row.buffer, row.byteOffset, row.byteLength);
  if (bytes.length < CRC_BYTES || Bun.hash.crc32(bytes.subarray(CRC_BYTES)) !== bytes.readUInt32LE(0))
    return null;
  const messages: Message[] = [];
  for (let at = CRC_BYTES; at < bytes.length; ) {
    const deviceEnd = at + 2 + bytes.readUInt16LE(at);
    const payloadAt = deviceEnd + 12;
    const end = payloadAt + bytes.readUInt32LE(deviceEnd + 8);
    messages.push({
      device: bytes.toString("utf8", at + 2, deviceEnd),
      arrivedMs: bytes.readDoubleLE(deviceEnd),
      payload: bytes.subarray(payloadAt, end),
    });
    at = end;
  }
  return messages;
}
