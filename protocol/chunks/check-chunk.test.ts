import { expect, test } from "bun:test";
import { type Compressor, checkChunk, encodeChunk, readChunkHeader } from "./chunk.ts";

const compressor: Compressor = {
  compress: (bytes) => Bun.zstdCompressSync(bytes),
  decompress: (bytes) => Bun.zstdDecompressSync(bytes),
};

test("a change of any byte, header or column, is found without decoding", () => {
  const readings = Array.from({ length: 60 }, (_, index) => ({
    atMs: 1_000 * index + (index % 7),
    values: { temperature: 20 + Math.sin(index) },
  }));
  const chunk = encodeChunk({ device: "thermo-1", readings }, compressor);
  expect(checkChunk(chunk)).toEqual(readChunkHeader(chunk));
  for (let index = 0; index < chunk.length; index += 1) {
    const damaged = chunk.slice();
    damaged[index]! ^= 0x10;
    expect(checkChunk(damaged)).toMatchObject({ ok: false, refusal: { code: "chunk.invalid" } });
  }
  expect(checkChunk(chunk.subarray(0, -1))).toMatchObject({ ok: false });
});
