import { testCompressor } from "../../protocol/testing/compressor.ts";
import { zstd } from "./zstd.ts";

testCompressor(zstd);
