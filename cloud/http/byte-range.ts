/**
 * The part of a body that a request asks for (RFC 9110, section 14). Null: all of it, also where what is asked for is no
 * single range of bytes, which a server may pass over. `beyond`: no byte of it is there.
 */
export function readRange(header: string | undefined, sizeBytes: number): ByteRange | "beyond" | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? "");
  if (match === null) return null;
  const [, first = "", last = ""] = match;
  if (first === "" && last === "") return null;
  if (first === "") {
    const length = Math.min(Number(last), sizeBytes);
    return length === 0 ? "beyond" : { from: sizeBytes - length, to: sizeBytes };
  }
  const from = Number(first);
  const to = last === "" ? sizeBytes : Math.min(Number(last) + 1, sizeBytes);
  if (last !== "" && Number(last) < from) return null;
  return from >= sizeBytes ? "beyond" : { from, to };
}

/** Bytes from `from` up to, and without, `to`. */
export interface ByteRange {
  from: number;
  to: number;
}
