import type { Reading } from "../../protocol/telemetry/reading.ts";
import { encodeGorilla } from "./gorilla.ts";

/**
 * Encodings that the chunk format was chosen against, as sizes. Except for Gorilla (a series for each metric) they
 * share one time column, and none is charged for names, statistics or checksums.
 */
export interface Candidate {
  name: string;
  /** The bytes of one chunk, before any zstd. */
  encode: (readings: readonly Reading[]) => Uint8Array;
}

type Numbers = readonly number[];

/** States in words become the index of their first appearance; their texts are not charged. */
function toSeries(readings: readonly Reading[]): { times: Numbers; columns: Numbers[] } {
  const names = Object.keys(readings[0]!.values);
  const words: unknown[] = [];
  const columns = names.map((name) =>
    readings.map(({ values }) => {
      const value = values[name]!;
      if (typeof value !== "string") return Number(value);
      if (!words.includes(value)) words.push(value);
      return words.indexOf(value);
    }),
  );
  return { times: readings.map((reading) => reading.atMs), columns };
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => Array.from(part)));
}

/** Smallest power of ten that makes whole numbers of all values. */
function scale(values: Numbers): Numbers {
  for (let exponent = 0; exponent < 16; exponent += 1) {
    const power = 10 ** exponent;
    if (values.every((value) => Math.round(value * power) / power === value)) {
      return values.map((value) => Math.round(value * power));
    }
  }
  // Full-precision doubles: as bit patterns, cut to what a JavaScript number holds. Good enough for a size.
  return values.map((value) => Math.round(value * 1e14));
}

function deltas(values: Numbers): Numbers {
  return values.map((value, index) => value - (values[index - 1] ?? 0));
}

function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

/** LEB128 of zigzag numbers; a run of zeros is a zero and its length. */
function varintsWithZeroRuns(values: Numbers): Uint8Array {
  const bytes: number[] = [];
  const put = (value: number): void => {
    let rest = value;
    while (rest > 127) {
      bytes.push((rest % 128) | 128);
      rest = Math.floor(rest / 128);
    }
    bytes.push(rest);
  };
  for (let index = 0; index < values.length; index += 1) {
    if (values[index] !== 0) {
      put(zigzag(values[index]!));
      continue;
    }
    let run = 1;
    while (values[index + run] === 0) run += 1;
    put(0);
    put(run);
    index += run - 1;
  }
  return Uint8Array.from(bytes);
}

/** Bytes of `values` packed at one width for each block of so many; two bytes of header a block, and 6 of base. */
const PACK_BLOCK = 128;

function widthOf(value: number): number {
  return value === 0 ? 0 : Math.floor(Math.log2(value)) + 1;
}

function packBits(values: Numbers, width: number): Uint8Array {
  const bytes = new Uint8Array(Math.ceil((values.length * width) / 8));
  let at = 0;
  for (const value of values) {
    for (let bit = width - 1; bit >= 0; bit -= 1) {
      if (Math.floor(value / 2 ** bit) % 2 === 1) bytes[at >>> 3]! |= 0x80 >>> (at & 7);
      at += 1;
    }
  }
  return bytes;
}

/** Frame of reference: least value, width, packed rest; block by block. */
function frameOfReference(values: Numbers): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let from = 0; from < values.length; from += PACK_BLOCK) {
    const block = values.slice(from, from + PACK_BLOCK);
    const least = Math.min(...block);
    const width = widthOf(Math.max(...block) - least);
    parts.push(new Uint8Array([width, 0, 0, 0, 0, 0, 0]));
    parts.push(
      packBits(
        block.map((value) => value - least),
        width,
      ),
    );
  }
  return concatenate(parts);
}

export const CANDIDATES: readonly Candidate[] = [
  {
    name: "JSON",
    encode: (readings) =>
      new TextEncoder().encode(JSON.stringify(readings.map(({ atMs, values }) => ({ ts: atMs, ...values })))),
  },
  {
    name: "Gorilla, a series for each metric",
    encode: (readings) => {
      const { times, columns } = toSeries(readings);
      return concatenate(columns.map((values) => encodeGorilla(times, values)));
    },
  },
  {
    name: "decimal-scaled deltas, varints with zero runs",
    encode: (readings) => {
      const { times, columns } = toSeries(readings);
      return concatenate([
        varintsWithZeroRuns(deltas(deltas(times))),
        ...columns.map((values) => varintsWithZeroRuns(deltas(scale(values)))),
      ]);
    },
  },
  {
    name: "decimal-scaled deltas, bit packing",
    encode: (readings) => {
      const { times, columns } = toSeries(readings);
      return concatenate([
        frameOfReference(deltas(deltas(times)).slice(2)),
        ...columns.map((values) => frameOfReference(deltas(scale(values)).slice(1))),
      ]);
    },
  },
  {
    name: "ALP (decimals, frame of reference, bit packing)",
    encode: (readings) => {
      const { times, columns } = toSeries(readings);
      return concatenate([
        frameOfReference(deltas(deltas(times)).slice(2)),
        ...columns.map((values) => frameOfReference(scale(values))),
      ]);
    },
  },
];
