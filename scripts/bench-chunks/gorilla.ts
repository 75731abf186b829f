/**
 * Gorilla (Pelkonen et al., VLDB 2015), one series a metric: delta-of-delta times and XORed doubles. Times are in
 * ms, so the largest bucket of section 4.1.1 is 32 bits as there, and the first delta goes through the buckets.
 * Charged as a bare stream: first time and value in full, no name, count, statistics, checksum or end mark.
 */
class Bits {
  bytes: Uint8Array;
  #bit = 0;

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity);
  }

  put(value: bigint, width: number): void {
    for (let bit = width - 1; bit >= 0; bit -= 1) {
      if (((value >> BigInt(bit)) & 1n) === 1n) this.bytes[this.#bit >>> 3]! |= 0x80 >>> (this.#bit & 7);
      this.#bit += 1;
    }
  }

  written(): Uint8Array {
    return this.bytes.subarray(0, (this.#bit + 7) >>> 3);
  }
}

const TIME_BUCKETS = [
  { prefix: 0b10n, prefixBits: 2, bits: 7 },
  { prefix: 0b110n, prefixBits: 3, bits: 9 },
  { prefix: 0b1110n, prefixBits: 4, bits: 12 },
  { prefix: 0b1111n, prefixBits: 4, bits: 32 },
];

export function encodeGorilla(times: readonly number[], values: readonly number[]): Uint8Array {
  const bits = new Bits(16 + times.length * 16);
  const view = new DataView(new ArrayBuffer(8));
  let delta = 0;
  let before = 0n;
  let leading = 65;
  let trailing = 0;
  for (const [index, atMs] of times.entries()) {
    view.setFloat64(0, values[index]!);
    const value = view.getBigUint64(0);
    if (index === 0) {
      bits.put(BigInt(atMs), 64);
      bits.put(value, 64);
      before = value;
      continue;
    }
    const next = atMs - times[index - 1]!;
    putTime(bits, next - delta);
    delta = next;
    const xor = value ^ before;
    before = value;
    if (xor === 0n) {
      bits.put(0n, 1);
      continue;
    }
    const zerosBefore = Math.min(31, 64 - xor.toString(2).length);
    const zerosAfter = xor.toString(2).length - xor.toString(2).replace(/0+$/, "").length;
    if (zerosBefore >= leading && zerosAfter >= trailing) {
      bits.put(0b10n, 2);
    } else {
      leading = zerosBefore;
      trailing = zerosAfter;
      bits.put(0b11n, 2);
      bits.put(BigInt(leading), 5);
      // 64 meaningful bits are written as 0.
      bits.put(BigInt(64 - leading - trailing) & 63n, 6);
    }
    bits.put(xor >> BigInt(trailing), 64 - leading - trailing);
  }
  return bits.written();
}

function putTime(bits: Bits, deltaOfDelta: number): void {
  if (deltaOfDelta === 0) {
    bits.put(0n, 1);
    return;
  }
  for (const { prefix, prefixBits, bits: width } of TIME_BUCKETS) {
    const half = 2 ** (width - 1);
    if (deltaOfDelta < -half + 1 || deltaOfDelta > half) continue;
    bits.put(prefix, prefixBits);
    bits.put(BigInt.asUintN(width, BigInt(deltaOfDelta)), width);
    return;
  }
  throw new RangeError(`a change of period of ${deltaOfDelta} ms`);
}
