/**
 * A delta leads from one file, the base, to another. Most of a compiled program is the runtime, which no change of ours
 * touches, and what the compiler makes of our own part differs in scattered bytes: positions that have moved. So a delta
 * takes stretches of the base and says which of their bytes are others (as bsdiff does), and brings what the base has not.
 *
 * `HPD1`, then steps, each: varint `length` of a stretch of the base, plus 1; where the length is not 0, the signed varint `seek` from the
 * end of the stretch before to its beginning, varint `patches`, and for each the varints `gap` (bytes as they are) and
 * `count`, and `count` bytes to be added, modulo 256; then varint `literal` and so many bytes as they are. The varint 0
 * ends it. Varints are LEB128, signed ones zigzag. On the line the whole is compressed with zstd.
 *
 * A delta is not signed and need not be: what it leads to is compared with the hash in the signed manifest.
 */
export const DELTA_MAGIC = new TextEncoder().encode("HPD1");
