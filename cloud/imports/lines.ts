import { ATTRIBUTE_PREFIX, type CsvRow } from "../../protocol/csv/csv.ts";
import type { FieldError } from "../../protocol/errors.ts";
import type { ImportLine } from "../../protocol/imports/import.ts";
import { splitTags } from "../../protocol/labels/tags.ts";
import type { PlannedLine } from "./imports.ts";

/** Fields of a record that a line may change, with the labels it has. */
export interface Labelled {
  tags: readonly string[];
  customAttributes: Readonly<Record<string, string>>;
}

/** The labels that a row wants: those it has no column for stay, and an empty cell takes an attribute away. */
export function readLabels(row: CsvRow, before: Labelled): { tags: string[]; customAttributes: object } {
  const tags = row.cells.get("tags");
  const customAttributes: Record<string, string> = { ...before.customAttributes };
  for (const [column, cell] of row.cells) {
    if (!column.startsWith(ATTRIBUTE_PREFIX)) continue;
    const name = column.slice(ATTRIBUTE_PREFIX.length);
    if (cell === "") delete customAttributes[name];
    else if (!sameText(cell, before.customAttributes[name])) customAttributes[name] = cell;
  }
  return { tags: tags === undefined ? [...before.tags] : splitTags(tags), customAttributes };
}

/** A cell beside what a field is: forms send line ends as CRLF, and a cell has them as LF. */
export function sameText(cell: string, text: string | undefined): boolean {
  return cell === text?.replaceAll(/\r\n?/g, "\n").trim();
}

/** The fields that differ, as cells: nothing for one that is not there. */
export function changesOf(
  names: readonly string[],
  before: Readonly<Record<string, unknown>> | null,
  after: Readonly<Record<string, unknown>>,
): ImportLine["changes"] {
  const cells = (record: Readonly<Record<string, unknown>> | null) =>
    new Map(names.flatMap((name) => cellsOf(name, record?.[name])));
  const [was, is] = [cells(before), cells(after)];
  return [...new Set([...was.keys(), ...is.keys()])]
    .map((field) => ({ field, before: was.get(field) ?? null, after: is.get(field) ?? null }))
    .filter((change) => change.before !== change.after);
}

/** A field as the cells that an export has of it. */
function cellsOf(name: string, value: unknown): [string, string][] {
  if (name === "customAttributes") {
    return Object.entries((value ?? {}) as Record<string, string>).map(([key, text]) => [
      `${ATTRIBUTE_PREFIX}${key}`,
      text,
    ]);
  }
  const text = fieldText(value);
  return text === "" ? [] : [[name, text]];
}

/** A field as one cell. */
export function fieldText(value: unknown): string {
  if (value === null || value === undefined) return "";
  return Array.isArray(value) ? value.join(";") : String(value);
}

/** A line that cannot be imported. Paths of fields become columns. */
export function failed(
  { line }: CsvRow,
  { id, name }: { id: string | null; name: string },
  errors: readonly FieldError[],
): PlannedLine<never> {
  const columns = errors.map(({ path, message }) => ({
    path: path.replace(/^tags\.\d+$/, "tags").replace(/^customAttributes\./, ATTRIBUTE_PREFIX),
    message,
  }));
  return { line, action: "fail", id, name, changes: [], errors: columns, write: null };
}

/** Says of a record that an earlier line is about already. */
export function onlyOnce(noun: string): (record: string, line: number) => FieldError[] {
  const lines = new Map<string, number>();
  return (record, line) => {
    const earlier = lines.get(record);
    if (earlier !== undefined) return [{ path: "", message: `line ${earlier} is about this ${noun} too` }];
    lines.set(record, line);
    return [];
  };
}
