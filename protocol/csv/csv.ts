/**
 * Tables as comma-separated values (RFC 4180), the way spreadsheets read and write them.
 *
 * Promises: what `writeRecord` writes `readTable` reads back as the very same texts, whatever they hold; no cell that is
 * written is a formula to a spreadsheet; every row says on which line of the file it begins.
 */
export { guardFormula, unguardFormula } from "./formula.ts";
export { type CsvRecord, readRecords } from "./records.ts";
export { ATTRIBUTE_PREFIX, type CsvColumns, type CsvRow, type CsvTable, readTable } from "./table.ts";
export { BYTE_ORDER_MARK, writeRecord } from "./write.ts";
