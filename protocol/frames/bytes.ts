/**
 * Reading and writing of the binary parts of frames: varints (LEB128, unsigned, up to 2^53 - 1), bytes and text
 * with a length before them. The reader never reads outside its input: running over the end throws
 * {@link TruncatedError}, which `decodeFrame` turns into a refusal.
 */
export class TruncatedError extends Error {
  override readonly name = "TruncatedError";
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

export class ByteWriter {
  #bytes: Uint8Array;
  #length = 0;

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length] = value;
    this.#length += 1;
  }

  varint(value: number): void {
    let rest = value;
    while (rest > 0x7f) {
      this.byte((rest % 128) | 0x80);
      rest = Math.floor(rest / 128);
    }
    this.byte(rest);
  }

  bytes(value: Uint8Array): void {
    this.varint(value.length);
    this.#reserve(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  text(value: string): void {
    this.bytes(encoder.encode(value));
  }

  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + count));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}

export class ByteReader {
  readonly #bytes: Uint8Array;
  #offset: number;

  constructor(bytes: Uint8Array, offset = 0) {
    this.#bytes = bytes;
    this.#offset = offset;
  }

  get atEnd(): boolean {
    return this.#offset >= this.#bytes.length;
  }

  byte(): number {
    const value = this.#bytes[this.#offset];
    if (value === undefined) throw new TruncatedError("the frame ends too early");
    this.#offset += 1;
    return value;
  }

  varint(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (value > Number.MAX_SAFE_INTEGER) throw new TruncatedError("a number in the frame is too large");
      if (byte < 0x80) return value;
      scale *= 128;
    }
  }

  /** A copy, so that what is kept does not keep the whole frame alive. */
  bytes(maxLength: number): Uint8Array {
    const length = this.varint();
    if (length > maxLength)
      throw new TruncatedError(`a field of ${length} bytes, at most ${maxLength} are allowed`);
    if (this.#offset + length > this.#bytes.length) throw new TruncatedError("the frame ends too early");
    const value = this.#bytes.slice(this.#offset, this.#offset + length);
    this.#offset += length;
    return value;
  }

  /** Throws a `TypeError` when the bytes are not UTF-8. */
  text(maxBytes: number): string {
    return decoder.decode(this.bytes(maxBytes));
  }
}
