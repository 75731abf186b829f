import { brotliCompressSync, constants, gzipSync } from "node:zlib";

/** What a text file of the browser is packed into when it is built, the smaller first. Pictures are packed already. */
export const PACKINGS = [
  {
    encoding: "br",
    extension: "br",
    pack: (plain: Uint8Array) =>
      brotliCompressSync(plain, {
        params: {
          [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
          [constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
        },
      }),
  },
  { encoding: "gzip", extension: "gz", pack: (plain: Uint8Array) => gzipSync(plain, { level: 9 }) },
] as const;
