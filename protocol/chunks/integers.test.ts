import { expect, test } from "bun:test";
import { zstdDecompressSync } from "node:zlib";
import fc from "fast-check";
import { ByteSink, ByteSource } from "./bytes.ts";
import type { Compressor } from "./compressor.ts";
import { countSymbols, planHuffman, readHuffman, writeHuffman } from "./huffman.ts";
import { INTEGER_MAX, readIntegers, writeIntegers } from "./integers.ts";
import { readRice, readRuns, writeRice, writeRuns } from "./rice.ts";

const zstd: Compressor = {
  compress: (bytes) => Bun.zstdCompressSync(bytes, { level: 3 }),
  decompress: (bytes, maxBytes) => zstdDecompressSync(bytes, { maxOutputLength: maxBytes }),
};

/** Whole numbers of every size, small ones most often. */
const natural = fc
  .tuple(fc.integer({ min: 0, max: 53 }), fc.maxSafeNat())
  .map(([bits, number]) => number % 2 ** bits);

/** The zigzag form, by its definition. */
function zigzag(number: number): number {
  return number < 0 ? -2 * number - 1 : 2 * number;
}

function written(write: (sink: ByteSink) => void): ByteSource {
  const sink = new ByteSink(1);
  write(sink);
  return new ByteSource(sink.written());
}

test("Rice codes give back every number below 2^53 with every parameter", () => {
  fc.assert(
    fc.property(fc.array(natural), fc.integer({ min: 0, max: 52 }), (numbers, k) => {
      const out = new Float64Array(numbers.length);
      const source = () => written((sink) => writeRice(sink, Float64Array.from(numbers), numbers.length, k));
      readRice(source(), out, numbers.length, k, false);
      expect(Array.from(out)).toEqual(numbers);
      readRice(source(), out, numbers.length, k, true);
      expect(Array.from(out, zigzag)).toEqual(numbers);
    }),
  );
});

test("runs give back every number", () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, natural)),
      fc.integer({ min: 0, max: 52 }),
      (numbers, k) => {
        const out = new Float64Array(numbers.length);
        const source = written((sink) => writeRuns(sink, Float64Array.from(numbers), numbers.length, 1, k));
        readRuns(source, out, numbers.length, 1, k);
        expect(Array.from(out, zigzag)).toEqual(numbers);
      },
    ),
  );
});

test("Huffman codes give back every number, however unlike the counts", () => {
  const fibonacci = [1, 1];
  while (fibonacci.length < 20) fibonacci.push(fibonacci.at(-1)! + fibonacci.at(-2)!);
  // Such counts ask for codes longer than the table holds.
  const lopsided = fibonacci.flatMap((count, symbol): number[] => new Array(count).fill(symbol));
  fc.assert(
    fc.property(fc.oneof(fc.array(natural, { minLength: 1 }), fc.constant(lopsided)), (numbers) => {
      const { lengths, bits } = planHuffman(countSymbols(Float64Array.from(numbers), numbers.length));
      const source = written((sink) =>
        writeHuffman(sink, Float64Array.from(numbers), numbers.length, lengths),
      );
      // The plan leaves out only what ends the table.
      expect(Math.abs(source.left * 8 - bits)).toBeLessThan(100);
      const out = new Float64Array(numbers.length);
      readHuffman(source, out, numbers.length);
      expect(Array.from(out, zigzag)).toEqual(numbers);
    }),
  );
});

test("a column gives back whole numbers up to its limits, also with a common divisor and with jumps", () => {
  const value = fc.oneof(
    { weight: 5, arbitrary: fc.integer({ min: -50, max: 50 }) },
    fc.integer({ min: -INTEGER_MAX, max: INTEGER_MAX }),
    fc.constantFrom(INTEGER_MAX, -INTEGER_MAX),
  );
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 1, maxLength: 300 }),
      fc.integer({ min: 1, max: 9 }),
      (values, factor) => {
        const column = [0, ...values.map((number) => (Math.abs(number) < 1_000 ? number * factor : number))];
        const source = written((sink) => writeIntegers(sink, Float64Array.from(column), column.length, zstd));
        const out = new Float64Array(column.length);
        readIntegers(source, out, column.length, zstd);
        expect(Array.from(out, (number) => number + 0)).toEqual(column.map((number) => number + 0));
        expect(source.left).toBe(0);
      },
    ),
    { numRuns: 300 },
  );
});
