const SIZE_BYTES = [0, 2, 4, 8] as const;
const MAGIC = 0xfd2fb528;
const BLOCK_HEADER_BYTES = 3;
const REPEATED_BLOCK = 1;

/**
 * How many bytes come out of `bytes` when they are one zstd frame and nothing else, which says so itself (RFC 8878, section 3.1.1); null of
 * anything else. Whoever unpacks no more than it says is not led by the bytes to fill the memory.
 */
export function declaredSize(bytes: Uint8Array): number | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 6 || view.getUint32(0, true) !== MAGIC) return null;
  const descriptor = bytes[4]!;
  const isSingle = (descriptor & 0x20) !== 0;
  const hasChecksum = (descriptor & 0x04) !== 0;
  // A bit that is reserved, or a dictionary.
  if ((descriptor & 0x0b) !== 0) return null;
  const sizeBytes = isSingle && descriptor >> 6 === 0 ? 1 : SIZE_BYTES[descriptor >> 6]!;
  let at = isSingle ? 5 : 6;
  if (sizeBytes === 0 || bytes.length < at + sizeBytes) return null;
  const size = sizeAt(view, at, sizeBytes);
  at += sizeBytes;
  // Other frames may follow, each of which declares as much again.
  for (let isLast = false; !isLast; ) {
    if (bytes.length < at + BLOCK_HEADER_BYTES) return null;
    const header = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
    isLast = (header & 1) === 1;
    at += BLOCK_HEADER_BYTES + (((header >> 1) & 3) === REPEATED_BLOCK ? 1 : header >> 3);
  }
  return at + (hasChecksum ? 4 : 0) === bytes.length ? size : null;
}

function sizeAt(view: DataView, at: number, bytes: number): number {
  if (bytes === 1) return view.getUint8(at);
  if (bytes === 2) return view.getUint16(at, true) + 256;
  return bytes === 4 ? view.getUint32(at, true) : Number(view.getBigUint64(at, true));
}
