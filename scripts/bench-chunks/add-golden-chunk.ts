/**
 * Adds a golden vector: reads {"device", "readings"} as JSON, writes NAME.bin (the chunk as this code seals it) and
 * NAME.json (the content word for word, and the header) to protocol/testdata/chunks. Never overwrites: a vector is a
 * promise that chunks of its day stay readable.
 *
 * Usage: bun scripts/bench-chunks/add-golden-chunk.ts NAME < content.json
 */
import { existsSync, writeFileSync } from "node:fs";
import { type ChunkContent, decodeChunk, encodeChunk, readChunkHeader } from "../../protocol/chunks/chunk.ts";
import { zstd } from "./bench-compressor.ts";

const FOLDER = new URL("../../protocol/testdata/chunks/", import.meta.url);

async function addGoldenChunk(name: string): Promise<void> {
  const text = (await Bun.stdin.text()).trim();
  const content: ChunkContent = JSON.parse(text);
  const bytes = encodeChunk(content, zstd);
  const header = readChunkHeader(bytes);
  if (!header.ok || !Bun.deepEquals(decodeChunk(bytes, zstd), { ok: true, value: content }, true)) {
    throw new Error("the chunk does not give back its content");
  }
  const binary = new URL(`${name}.bin`, FOLDER);
  if (existsSync(binary)) throw new Error(`${name}.bin exists; vectors are added, never changed`);
  const { body, metrics, ...rest } = header.value;
  const shown = { ...rest, metrics: metrics.map(({ column, ...metric }) => metric) };
  writeFileSync(binary, bytes);
  writeFileSync(
    new URL(`${name}.json`, FOLDER),
    `{\n"header": ${JSON.stringify(shown)},\n"content": ${text}\n}\n`,
  );
  console.log(`${name}: ${content.readings.length} readings, ${bytes.length} bytes`);
}

if (import.meta.main) {
  const name = process.argv[2];
  if (name === undefined || !/^[a-z0-9-]+$/.test(name)) {
    console.error("usage: bun scripts/bench-chunks/add-golden-chunk.ts NAME < content.json");
    process.exitCode = 2;
  } else await addGoldenChunk(name);
}
