import { DamagedError } from "./damage.ts";

/**
 * The byte-wise parts of a chunk: varints (LEB128, unsigned, up to 2^53), signed numbers as zigzag varints,
 * IEEE 754 doubles (little endian) and text. The reader never reads outside its span.
 */

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** Turns a double into its bits and back: a view of every array would cost more than all other bytes of a header. */
const CAST = new DataView(new ArrayBuffer(8));
/** Varints end here, so that a run of set bits cannot make the reader add for ever. */
const VARINT_MAX = 2 ** 53;

export class ByteSink {
  bytes: Uint8Array<ArrayBuffer>;
  length = 0;

  constructor(capacity = 256) {
    this.bytes = new Uint8Array(capacity);
  }

  /** Makes room for `count` more bytes; `bytes` may be another array afterwards. */
  reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length + count));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.length] = value;
    this.length += 1;
  }

  varint(value: number): void {
    this.reserve(8);
    let rest = value;
    while (rest > 0x7f) {
      this.bytes[this.length] = (rest % 128) | 0x80;
      this.length += 1;
      rest = Math.floor(rest / 128);
    }
    this.bytes[this.length] = rest;
    this.length += 1;
  }

  /** Whole numbers of a magnitude up to 2^52. */
  signed(value: number): void {
    this.varint(value < 0 ? -2 * value - 1 : 2 * value);
  }

  uint32(value: number): void {
    this.byte(value & 0xff);
    this.byte((value >>> 8) & 0xff);
    this.byte((value >>> 16) & 0xff);
    this.byte(value >>> 24);
  }

  double(value: number): void {
    CAST.setFloat64(0, value);
    this.uint32(CAST.getUint32(4));
    this.uint32(CAST.getUint32(0));
  }

  raw(value: Uint8Array): void {
    this.reserve(value.length);
    this.bytes.set(value, this.length);
    this.length += value.length;
  }

  /**
   * A varint, then the text: twice the number of bytes for UTF-8; one more than that for UTF-16 (little endian),
   * which text with lone surrogates needs, since UTF-8 cannot hold it.
   */
  text(value: string): void {
    if (value.isWellFormed()) {
      const utf8 = encoder.encode(value);
      this.varint(utf8.length * 2);
      this.raw(utf8);
      return;
    }
    this.varint(value.length * 4 + 1);
    for (let index = 0; index < value.length; index += 1) {
      const unit = value.charCodeAt(index);
      this.byte(unit & 0xff);
      this.byte(unit >>> 8);
    }
  }

  written(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(0, this.length);
  }
}

export class ByteSource {
  readonly bytes: Uint8Array;
  readonly end: number;
  offset: number;

  constructor(bytes: Uint8Array, offset = 0, end = bytes.length) {
    this.bytes = bytes;
    this.offset = offset;
    this.end = end;
  }

  get left(): number {
    return this.end - this.offset;
  }

  byte(): number {
    return this.bytes[this.#take(1)]!;
  }

  varint(max = VARINT_MAX): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (value > max) throw new DamagedError(`a number is over its limit of ${max}`);
      if (byte < 0x80) return value;
      scale *= 128;
      if (scale > VARINT_MAX) throw new DamagedError("a number is too long");
    }
  }

  signed(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  uint32(): number {
    const at = this.#take(4);
    const { bytes } = this;
    return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
  }

  double(): number {
    CAST.setUint32(4, this.uint32());
    CAST.setUint32(0, this.uint32());
    return CAST.getFloat64(0);
  }

  /** A view, not a copy. */
  raw(length: number): Uint8Array {
    const from = this.#take(length);
    return this.bytes.subarray(from, from + length);
  }

  text(maxBytes: number): string {
    const head = this.varint(maxBytes * 2 + 1);
    const bytes = this.raw(Math.floor(head / 2));
    if (head % 2 === 1) return utf16(bytes);
    try {
      return decoder.decode(bytes);
    } catch (error) {
      throw new DamagedError("a text is not UTF-8", { cause: error });
    }
  }

  #take(length: number): number {
    const from = this.offset;
    if (from + length > this.end) throw new DamagedError("the chunk ends too early");
    this.offset = from + length;
    return from;
  }
}

function utf16(bytes: Uint8Array): string {
  if (bytes.length % 2 !== 0) throw new DamagedError("a text of UTF-16 has half a unit");
  let text = "";
  for (let index = 0; index < bytes.length; index += 2) {
    text += String.fromCharCode(bytes[index]! | (bytes[index + 1]! << 8));
  }
  return text;
}
