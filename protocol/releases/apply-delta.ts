import { accept, type Result, refuse } from "../errors.ts";
import { KIB } from "../units.ts";
import { DELTA_MAGIC } from "./delta.ts";

export interface DeltaParts {
  /** The delta, decompressed, in whatever pieces it comes. */
  delta: AsyncIterable<Uint8Array>;
  /** Exactly so many bytes of the base. May throw when there are none. */
  readBase(position: number, length: number): Uint8Array;
  baseBytes: number;
  /** Takes the next bytes of the file. They are not used again. */
  write(bytes: Uint8Array): void | Promise<void>;
  /** How large the file becomes. */
  sizeBytes: number;
}

/** Of the base, so much is read at once, and so much is written. */
const PIECE_BYTES = 256 * KIB;

/**
 * Rebuilds a file from its base and a delta, a piece at a time, whatever their size. Never writes more than `sizeBytes`.
 * Code: `release.damaged`, when the delta is none or leads elsewhere; what was written is of no use then.
 */
export async function applyDelta(parts: DeltaParts): Promise<Result<void>> {
  const source = new DeltaSource(parts.delta);
  try {
    const magic = await source.bytes(DELTA_MAGIC.length);
    if (!DELTA_MAGIC.every((byte, index) => byte === magic[index])) throw new DeltaError("it is no delta");
    const file = new Rebuilt(parts);
    for (let next = await source.varint(); next > 0; next = await source.varint()) {
      if (next > 1) await copyStretch(source, file, next - 1);
      for (let left = await source.varint(); left > 0; ) {
        const piece = await source.bytes(Math.min(left, PIECE_BYTES));
        await file.append(piece);
        left -= piece.length;
      }
    }
    await file.end();
    return accept(undefined);
  } catch (error) {
    if (error instanceof DeltaError)
      return refuse("release.damaged", `the delta is of no use: ${error.message}`);
    throw error;
  }
}

async function copyStretch(source: DeltaSource, file: Rebuilt, length: number): Promise<void> {
  file.seek(await source.signed());
  let left = length;
  for (let patches = await source.varint(); patches > 0; patches -= 1) {
    const gap = await source.varint();
    const count = await source.varint();
    left -= gap + count;
    if (left < 0) throw new DeltaError("it changes more than it takes");
    await file.copy(gap);
    for (let more = count; more > 0; ) {
      const changes = await source.bytes(Math.min(more, PIECE_BYTES));
      await file.copyChanged(changes);
      more -= changes.length;
    }
  }
  await file.copy(left);
}

class DeltaError extends Error {
  override readonly name = "DeltaError";
}

/** What is written, and where in the base the delta is. */
class Rebuilt {
  readonly #parts: DeltaParts;
  readonly #out = new Uint8Array(PIECE_BYTES);
  #filled = 0;
  #left: number;
  #baseAt = 0;
  #window = new Uint8Array(0);
  #windowAt = 0;

  constructor(parts: DeltaParts) {
    this.#parts = parts;
    this.#left = parts.sizeBytes;
  }

  seek(by: number): void {
    this.#baseAt += by;
  }

  async copy(length: number): Promise<void> {
    for (let left = length; left > 0; ) {
      const piece = this.#base(left);
      await this.append(piece);
      left -= piece.length;
    }
  }

  async copyChanged(changes: Uint8Array): Promise<void> {
    for (let at = 0; at < changes.length; ) {
      const changed = this.#base(changes.length - at).slice();
      for (let i = 0; i < changed.length; i += 1) changed[i]! += changes[at + i]!;
      await this.append(changed);
      at += changed.length;
    }
  }

  async append(bytes: Uint8Array): Promise<void> {
    this.#left -= bytes.length;
    if (this.#left < 0) throw new DeltaError("it makes a larger file");
    for (let at = 0; at < bytes.length; ) {
      const piece = bytes.subarray(at, at + PIECE_BYTES - this.#filled);
      this.#out.set(piece, this.#filled);
      this.#filled += piece.length;
      at += piece.length;
      if (this.#filled === PIECE_BYTES) await this.#flush();
    }
  }

  async end(): Promise<void> {
    if (this.#left > 0) throw new DeltaError("it makes a smaller file");
    await this.#flush();
  }

  async #flush(): Promise<void> {
    if (this.#filled > 0) await this.#parts.write(this.#out.slice(0, this.#filled));
    this.#filled = 0;
  }

  /** The next bytes of the base: at most `most`, at least one. */
  #base(most: number): Uint8Array {
    const { baseBytes, readBase } = this.#parts;
    const at = this.#baseAt;
    if (at < 0 || at + most > baseBytes) throw new DeltaError("it takes what the base has not");
    if (at < this.#windowAt || at >= this.#windowAt + this.#window.length) {
      this.#window = readBase(at, Math.min(PIECE_BYTES, baseBytes - at)) as Uint8Array<ArrayBuffer>;
      this.#windowAt = at;
    }
    const piece = this.#window.subarray(at - this.#windowAt, at - this.#windowAt + most);
    this.#baseAt += piece.length;
    return piece;
  }
}

/** Numbers and bytes out of pieces of any size. */
class DeltaSource {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #piece = new Uint8Array(0);
  #at = 0;

  constructor(delta: AsyncIterable<Uint8Array>) {
    this.#pieces = delta[Symbol.asyncIterator]();
  }

  async varint(): Promise<number> {
    let value = 0;
    for (let scale = 1; scale < 2 ** 53; scale *= 128) {
      if (this.#at === this.#piece.length) await this.#more();
      const byte = this.#piece[this.#at]!;
      this.#at += 1;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (Number.isSafeInteger(value)) return value;
        break;
      }
    }
    throw new DeltaError("a number is too large");
  }

  async signed(): Promise<number> {
    const value = await this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** Exactly so many. */
  async bytes(count: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(count);
    for (let filled = 0; filled < count; ) {
      if (this.#at === this.#piece.length) await this.#more();
      const piece = this.#piece.subarray(this.#at, this.#at + count - filled);
      bytes.set(piece, filled);
      filled += piece.length;
      this.#at += piece.length;
    }
    return bytes;
  }

  async #more(): Promise<void> {
    this.#at = 0;
    do {
      const { done, value } = await this.#pieces.next();
      if (done === true) throw new DeltaError("it is cut short");
      this.#piece = value as Uint8Array<ArrayBuffer>;
    } while (this.#piece.length === 0);
  }
}
