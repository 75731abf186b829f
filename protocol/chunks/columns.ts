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
