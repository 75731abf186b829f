import type { Reading, Value } from "../telemetry/reading.ts";

/**
 * Readings turned by ninety degrees: one column a metric and type. A metric whose type changes between readings
 * has one column for each of its types; together they have each of its readings once.
 */

export type MetricType = "number" | "boolean" | "string";

interface ColumnOf<Type extends MetricType, Values> {
  name: string;
  type: Type;
  count: number;
  /** In `rows[0, count)`: the indexes of the readings that have a value here, rising. Absent while none is left out. */
  rows: Uint32Array | undefined;
  /** In `values[0, count)`. */
  values: Values;
}

export type NumberColumn = ColumnOf<"number", Float64Array>;
export type BooleanColumn = ColumnOf<"boolean", Uint8Array>;
export type StringColumn = ColumnOf<"string", string[]>;
export type Column = NumberColumn | BooleanColumn | StringColumn;

/** The columns of `readings`, in the order in which their metrics appear. */
export function toColumns(readings: readonly Reading[]): Column[] {
  return uniformColumns(readings) ?? mixedColumns(readings);
}

/** The columns of readings that all have the same metrics with values of the same types; undefined for others. */
function uniformColumns(readings: readonly Reading[]): Column[] | undefined {
  const size = readings.length;
  const names = Object.keys(readings[0]!.values);
  for (let row = 1; row < size; row += 1) {
    if (Object.keys(readings[row]!.values).length !== names.length) return undefined;
  }
  const columns: Column[] = [];
  for (const name of names) {
    const column = emptyColumn(name, readings[0]!.values[name]!, size);
    if (!fill(column, readings)) return undefined;
    column.count = size;
    columns.push(column);
  }
  return columns;
}

/** Fills a column with one value of each reading. False when a reading has none of its type. */
function fill(column: Column, readings: readonly Reading[]): boolean {
  switch (column.type) {
    case "number":
      return fillNumbers(column, readings);
    case "boolean":
      return fillBooleans(column, readings);
    case "string":
      return fillStrings(column, readings);
  }
}

// One loop for each type: each keeps to one kind of array, which is what makes it fast.

function fillNumbers({ name, values }: NumberColumn, readings: readonly Reading[]): boolean {
  for (let row = 0; row < readings.length; row += 1) {
    const value = readings[row]!.values[name];
    if (typeof value !== "number") return false;
    values[row] = value;
  }
  return true;
}

function fillBooleans({ name, values }: BooleanColumn, readings: readonly Reading[]): boolean {
  for (let row = 0; row < readings.length; row += 1) {
    const value = readings[row]!.values[name];
    if (typeof value !== "boolean") return false;
    values[row] = value ? 1 : 0;
  }
  return true;
}

function fillStrings({ name, values }: StringColumn, readings: readonly Reading[]): boolean {
  for (let row = 0; row < readings.length; row += 1) {
    const value = readings[row]!.values[name];
    if (typeof value !== "string") return false;
    values.push(value);
  }
  return true;
}

function mixedColumns(readings: readonly Reading[]): Column[] {
  const columns: Column[] = [];
  const byKey = new Map<string, Column>();
  const size = readings.length;
  for (let row = 0; row < size; row += 1) {
    const values = readings[row]!.values;
    let guess = 0;
    for (const name in values) {
      const value = values[name]!;
      // Messages of a device mostly have the same metrics in the same order, so the place tells the column.
      let column = columns[guess];
      guess += 1;
      if (column === undefined || column.name !== name || column.type !== typeof value) {
        column = columnOf(columns, byKey, name, value, size);
      }
      if (column.count !== row) leaveOut(column, row, size);
      if (column.type === "number") column.values[column.count] = value as number;
      else if (column.type === "boolean") column.values[column.count] = value === true ? 1 : 0;
      else column.values.push(value as string);
      column.count += 1;
    }
  }
  return columns;
}

function columnOf(
  columns: Column[],
  byKey: Map<string, Column>,
  name: string,
  value: Value,
  size: number,
): Column {
  const type = typeof value;
  const key = `${type} ${name}`;
  let column = byKey.get(key);
  if (column === undefined) {
    column = emptyColumn(name, value, size);
    byKey.set(key, column);
    columns.push(column);
  }
  return column;
}

function emptyColumn(name: string, value: Value, size: number): Column {
  const rows = undefined;
  switch (typeof value) {
    case "number":
      return { name, type: "number", count: 0, rows, values: new Float64Array(size) };
    case "boolean":
      return { name, type: "boolean", count: 0, rows, values: new Uint8Array(size) };
    case "string":
      return { name, type: "string", count: 0, rows, values: [] };
    default:
      throw new TypeError(`metric ${name} has a value of type ${typeof value}`);
  }
}

/** Notes that this row is the column's next, though rows before it are missing. */
function leaveOut(column: Column, row: number, size: number): void {
  if (column.rows === undefined) {
    column.rows = new Uint32Array(size);
    for (let index = 0; index < column.count; index += 1) column.rows[index] = index;
  }
  column.rows[column.count] = row;
}
