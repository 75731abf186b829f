/**
 * IEEE 754 doubles as bit patterns. `order` maps a double to its place among all doubles (a signed 64-bit number,
 * kept as two words), so that neighbouring doubles have neighbouring places; -0 comes right before 0.
 */
export interface DoubleBits {
  /** Signed. */
  high: Int32Array;
  /** Unsigned. */
  low: Uint32Array;
}

/** The places of `values[0, count)`. NaN keeps its payload only as far as the runtime does. */
export function placesOf(values: Float64Array, count: number): DoubleBits {
  const view = new DataView(values.buffer, values.byteOffset, count * 8);
  const high = new Int32Array(count);
  const low = new Uint32Array(count);
  for (let index = 0; index < count; index += 1) {
    // Negative doubles are ordered by falling magnitude: turning over all bits but the sign puts them right.
    const top = nativeHigh(view, index);
    const bottom = nativeLow(view, index);
    high[index] = top < 0 ? top ^ 0x7fff_ffff : top;
    low[index] = top < 0 ? ~bottom : bottom;
  }
  return { high, low };
}

/** The inverse of {@link placesOf}. */
export function doublesAt({ high, low }: DoubleBits, out: Float64Array, count: number): void {
  const view = new DataView(out.buffer, out.byteOffset, count * 8);
  for (let index = 0; index < count; index += 1) {
    const top = high[index]!;
    const bottom = low[index]!;
    view.setInt32(index * 8 + (LITTLE_ENDIAN ? 4 : 0), top < 0 ? top ^ 0x7fff_ffff : top, LITTLE_ENDIAN);
    view.setUint32(index * 8 + (LITTLE_ENDIAN ? 0 : 4), top < 0 ? ~bottom : bottom, LITTLE_ENDIAN);
  }
}

const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

function nativeHigh(view: DataView, index: number): number {
  return view.getInt32(index * 8 + (LITTLE_ENDIAN ? 4 : 0), LITTLE_ENDIAN);
}

function nativeLow(view: DataView, index: number): number {
  return view.getUint32(index * 8 + (LITTLE_ENDIAN ? 0 : 4), LITTLE_ENDIAN);
}

/** How many doubles lie from `from` up to `to`; undefined when they are too far apart to say exactly. */
export function placesBetween(from: number, to: number): number | undefined {
  if (!Number.isFinite(from) || !Number.isFinite(to)) return undefined;
  if (Object.is(from, to)) return 0;
  const { high, low } = placesOf(Float64Array.of(from, to), 2);
  const distance = (high[1]! - high[0]!) * 2 ** 32 + (low[1]! - low[0]!);
  return Math.abs(distance) < 2 ** 51 ? distance : undefined;
}

/** The double that many places after `from`. */
export function doubleAfter(from: number, places: number): number {
  if (places === 0) return from;
  const { high, low } = placesOf(Float64Array.of(from), 1);
  const bottom = low[0]! + places;
  const carry = Math.floor(bottom / 2 ** 32);
  const out = new Float64Array(1);
  doublesAt({ high: Int32Array.of(high[0]! + carry), low: Uint32Array.of(bottom - carry * 2 ** 32) }, out, 1);
  return out[0]!;
}
