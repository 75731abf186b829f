import { guardFormula } from "./formula.ts";

/** Before the first record, so that a spreadsheet takes the file for UTF-8. */
export const BYTE_ORDER_MARK = "\uFEFF";

/** One record with its line end. Cells that would run as formulas are made texts. */
export function writeRecord(cells: readonly string[]): string {
  return `${cells.map((cell) => quoted(guardFormula(cell))).join(",")}\r\n`;
}

/** Semicolons and tabs too: a spreadsheet may take them for its separator, whatever the file's is. */
function quoted(cell: string): string {
  const needsQuotes = /[",;\t\r\n]/.test(cell) || cell.trim() !== cell;
  return needsQuotes ? `"${cell.replaceAll('"', '""')}"` : cell;
}
