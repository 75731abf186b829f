import * as v from "valibot";

/**
 * Paging by key: a page ends at a row, and the next begins after it, so that rows which come and go meanwhile neither
 * repeat nor get lost. A cursor names the last row's value in the sorted column, and its id.
 */
export interface PageKey {
  value: string | number;
  id: string;
}

const URL_SAFE = { alphabet: "base64url" } as const;

export function encodeCursor({ value, id }: PageKey): string {
  return new TextEncoder().encode(JSON.stringify([value, id])).toBase64({ ...URL_SAFE, omitPadding: true });
}

/** Null for text that is not a cursor of ours. */
export function decodeCursor(text: string): PageKey | null {
  try {
    const json = new TextDecoder().decode(Uint8Array.fromBase64(text, URL_SAFE));
    const [value, id] = JSON.parse(json) as unknown[];
    const sortable = typeof value === "string" || typeof value === "number";
    return sortable && typeof id === "string" ? { value, id } : null;
  } catch {
    return null;
  }
}

/** The `nextCursor` of a page, as the next one is asked for with it. */
export const cursorSchema = v.pipe(
  v.string(),
  v.maxLength(512),
  v.check((text) => decodeCursor(text) !== null, "must be the nextCursor of the page before"),
  v.transform((text) => decodeCursor(text) as PageKey),
);
