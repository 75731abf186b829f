import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { zstdDecompressSync } from "node:zlib";
import type { Reading } from "../telemetry/reading.ts";
import { type Compressor, decodeChunk, readChunkHeader } from "./chunk.ts";

const FOLDER = new URL("../testdata/chunks/", import.meta.url);
const zstd: Compressor = {
  compress: (bytes) => Bun.zstdCompressSync(bytes, { level: 3 }),
  decompress: (bytes, maxBytes) => zstdDecompressSync(bytes, { maxOutputLength: maxBytes }),
};
const names = readdirSync(FOLDER)
  .filter((file) => file.endsWith(".bin"))
  .map((file) => file.slice(0, -".bin".length));

interface Golden {
  header: unknown;
  content: { device: string; readings: Reading[] };
}

/** JSON.parse keeps -0, so the vectors can hold it; `toEqual` tells it from 0. */
function golden(name: string): Golden {
  return JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), "utf8"));
}

test("there are golden chunks", () => {
  expect(names.length).toBeGreaterThanOrEqual(9);
});

test.each(names)("the golden chunk %s is read as on the day it was sealed", (name) => {
  const bytes = new Uint8Array(readFileSync(new URL(`${name}.bin`, FOLDER)));
  const { header, content } = golden(name);
  const read = readChunkHeader(bytes);
  if (!read.ok) throw new Error(read.refusal.detail);
  const { body, metrics, ...rest } = read.value;
  expect({ ...rest, metrics: metrics.map(({ column, ...metric }) => metric) } as unknown).toEqual(header);
  expect(decodeChunk(bytes, zstd)).toEqual({ ok: true, value: content });
});
