/** One line of a benchmark, as `./scripts/bench` prints and checks it. */
export interface BenchRow {
  name: string;
  value: number;
  unit: string;
  peer: string;
  peerValue: number;
  /** value / peerValue. */
  ratio: number;
  /** What ratio or value should reach, in words. */
  target: string;
}

export function printRows(rows: readonly BenchRow[]): void {
  for (const row of rows) console.log(JSON.stringify(row));
}
