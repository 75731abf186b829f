import { describe, expect, test } from "bun:test";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { type Assets, loadAssets } from "../../ui/assets.ts";
import { acceptedEncoding } from "./accept-encoding.ts";
import { assetRoutes } from "./assets.ts";

const UNPACK: Record<string, (bytes: Uint8Array) => Uint8Array> = {
  br: brotliDecompressSync,
  gzip: gunzipSync,
  none: (bytes) => bytes,
};

describe("a file of the dashboard", () => {
  test("comes packed as the browser can unpack it, is the same file each time, and may be kept for ever", async () => {
    const built = await loadAssets();
    const app = assetRoutes(async () => built);
    const { style, script, words } = built.entry;
    for (const address of [style, script, ...Object.values(words)]) {
      const name = address.slice("/assets/".length);
      const plain = await built.get(name)!.body.bytes();
      for (const [accepts, encoding] of [
        ["gzip, deflate, br, zstd", "br"],
        ["gzip;q=1.0, br;q=0", "gzip"],
        ["gzip", "gzip"],
        ["identity", "none"],
      ] as const) {
        const answer = await app.request(`/${name}`, { headers: { "accept-encoding": accepts } });
        const bytes = new Uint8Array(await answer.arrayBuffer());
        expect({
          accepts,
          encoding: answer.headers.get("content-encoding") ?? "none",
          vary: answer.headers.get("vary"),
          kept: answer.headers.get("cache-control"),
          same: Buffer.compare(UNPACK[encoding]!(bytes), plain),
        }).toEqual({
          accepts,
          encoding,
          vary: "accept-encoding",
          kept: "public, max-age=31536000, immutable",
          same: 0,
        });
        if (encoding !== "none") expect(bytes.length).toBeLessThan(plain.length / 2);
      }
    }
  });

  test("comes as it is when it is not packed", async () => {
    const assets: Assets = {
      entry: { style: "", script: "", words: { en: "", de: "" } },
      get: () => ({ body: new Blob(["picture"]), type: "image/png", packed: {} }),
    };
    const answer = await assetRoutes(async () => assets).request("/icon.png", {
      headers: { "accept-encoding": "br, gzip" },
    });
    expect([answer.headers.get("content-encoding"), await answer.text()]).toEqual([null, "picture"]);
    expect(answer.headers.get("cache-control")).toBe("public, max-age=86400");
  });
});

test("an encoding is taken that the header names, or that its star covers, and never one it forbids", () => {
  const of = (header: string | undefined) => acceptedEncoding(header, ["br", "gzip"]);
  expect([
    of(undefined),
    of(""),
    of("*"),
    of("*;q=0"),
    of("BR"),
    of("gzip , br ; q=0.000"),
    of("*, br;q=0"),
    of("brotli, xgzip"),
  ]).toEqual([null, null, "br", null, "br", "gzip", "gzip", null]);
});
