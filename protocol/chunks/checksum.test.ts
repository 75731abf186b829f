import { expect, test } from "bun:test";
import { crc32c } from "./checksum.ts";

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

test("the checksum is CRC-32C, by the vectors of RFC 3720 B.4", () => {
  expect(crc32c(ascii("123456789"))).toBe(0xe3069283);
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, index) => index))).toBe(0x46dd794e);
});

test("the checksum of a part is that of its bytes alone", () => {
  expect(crc32c(ascii("xx123456789yy"), 2, 11)).toBe(0xe3069283);
  expect(crc32c(ascii("xx123456789yy").subarray(2, 11))).toBe(0xe3069283);
});
