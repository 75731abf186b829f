import { accept, type FieldError, type Result, refuse } from "../errors.ts";
import { unguardFormula } from "./formula.ts";
import { readRecords } from "./records.ts";

/** What a file's head may name. */
export interface CsvColumns {
  /** Columns that are read. */
  fields: readonly string[];
  /** Columns of an export that nobody can change; they are passed over. */
  passedOver: readonly string[];
}

export interface CsvTable {
  /** The columns that are read, in the file's order, custom attributes as `attribute:NAME`. */
  columns: readonly string[];
  /** The columns that are passed over. */
  passedOver: readonly string[];
  rows: readonly CsvRow[];
}

/** `cells` by column, without white space at their ends. `errors`: why the row cannot be read. */
export interface CsvRow {
  line: number;
  cells: ReadonlyMap<string, string>;
  errors: readonly FieldError[];
}

export const ATTRIBUTE_PREFIX = "attribute:";

/**
 * A file with a head of column names. Names are matched whatever their case, and with or without spaces and `_`; what
 * comes after `attribute:` is taken as it is. Codes: `csv.invalid` for a head that is not as it should be;
 * `request.too-large` for more rows than `maxRows`.
 */
export function readTable(text: string, known: CsvColumns, maxRows: number): Result<CsvTable> {
  const records = readRecords(text);
  if (!records.ok) return records;
  const [head, ...rest] = records.value;
  if (head === undefined) return refuse("csv.invalid", "the file is empty; its first line names the columns");
  const columns = readHead(head.cells, known);
  if (!columns.ok) return columns;
  if (rest.length > maxRows) {
    return refuse(
      "request.too-large",
      `the file has ${rest.length} lines; at most ${maxRows} are taken at once`,
    );
  }
  const isRead = (column: string) => !known.passedOver.includes(column) && column !== "";
  return accept({
    columns: columns.value.filter(isRead),
    passedOver: columns.value.filter((column) => known.passedOver.includes(column)),
    rows: rest.map(({ line, cells }) => ({
      line,
      cells: new Map(
        columns.value.flatMap((column, at) =>
          isRead(column) ? [[column, unguardFormula((cells[at] ?? "").trim())] as const] : [],
        ),
      ),
      errors: widthErrors(cells, columns.value),
    })),
  });
}

function widthErrors(cells: readonly string[], columns: readonly string[]): FieldError[] {
  if (cells.length === columns.length) return [];
  return [{ path: "", message: `has ${cells.length} cells where the head has ${columns.length}` }];
}

function readHead(cells: readonly string[], known: CsvColumns): Result<string[]> {
  const byName = new Map([...known.fields, ...known.passedOver].map((column) => [plain(column), column]));
  const columns: string[] = [];
  for (const cell of cells) {
    const name = cell.trim();
    const column = name.toLowerCase().startsWith(ATTRIBUTE_PREFIX)
      ? `${ATTRIBUTE_PREFIX}${name.slice(ATTRIBUTE_PREFIX.length).trim()}`
      : (byName.get(plain(name)) ?? (name === "" ? "" : null));
    if (column === null) {
      const all = [...known.fields, `${ATTRIBUTE_PREFIX}NAME`].join(", ");
      return refuse("csv.invalid", `there is no column ${name.slice(0, 60)}; there are ${all}`);
    }
    if (column !== "" && columns.includes(column))
      return refuse("csv.invalid", `the head names ${column} twice`);
    columns.push(column);
  }
  return accept(columns);
}

const plain = (name: string) => name.toLowerCase().replaceAll(/[\s_-]/g, "");
