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

/** A figure whose peer is what it should reach. */
export function againstTarget(name: string, value: number, unit: string, target: number): BenchRow {
  const words = `${target.toLocaleString("en")} ${unit}`;
  return { name, value, unit, peer: "target", peerValue: target, ratio: value / target, target: words };
}

/** A figure that stands beside others and is compared with nothing. */
export function alone(name: string, value: number, unit: string): BenchRow {
  return { name, value, unit, peer: "", peerValue: Number.NaN, ratio: Number.NaN, target: "" };
}

/** The middle one; of an even number the greater of the two. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

export function printRows(rows: readonly BenchRow[]): void {
  for (const row of rows) console.log(JSON.stringify(row));
}
