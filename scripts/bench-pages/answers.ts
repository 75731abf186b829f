import type { Records } from "../addresses/addresses.ts";
import { againstTarget, alone, type BenchRow } from "../bench-chunks/bench-row.ts";

/** What every address should keep to. */
const TARGET_MS = 50;
/** With fewer answers one pause of everything is the p95 of whichever address it met. */
export const ANSWERS_MIN = 100;
const SLOWEST = 10;

/** What the operators' process tells when they are done. */
export interface Answered {
  /** Milliseconds from asking to the last byte, by address. */
  took: Record<string, number[]>;
  /** By how many milliseconds their own timers were late meanwhile: the answers were seen as late, whoever was slow. */
  late: number[];
}

/** The figures of each address, and of all of them. `costs` is what each takes of the processor, by itself. */
export function rowsOf(
  { took, late }: Answered,
  costs: ReadonlyMap<string, number>,
  records: Partial<Records>,
): BenchRow[] {
  const all = Object.values(took).flat();
  const rows = Object.entries(took).flatMap(([address, tookMs]) => {
    const name = `pages: ${withoutIds(address, records)}`;
    return [
      alone(`${name}, processor`, costs.get(address) ?? Number.NaN, "ms"),
      alone(`${name}, answers`, tookMs.length, ""),
      alone(`${name}, p50`, at(tookMs, 0.5), "ms"),
      againstTarget(`${name}, p95`, at(tookMs, 0.95), "ms", TARGET_MS),
    ];
  });
  const counts = Object.values(took).map((tookMs) => tookMs.length);
  const above = Object.values(took).filter((tookMs) => !(at(tookMs, 0.95) <= TARGET_MS)).length;
  return [
    ...rows,
    alone("pages: answers", all.length, ""),
    againstTarget("pages: answers of the address with the fewest", Math.min(...counts), "", ANSWERS_MIN),
    alone("pages: any answer, p50", at(all, 0.5), "ms"),
    againstTarget("pages: any answer, p95", at(all, 0.95), "ms", TARGET_MS),
    alone("pages: any answer, p99", at(all, 0.99), "ms"),
    alone("pages: the operators' own timers were late by, p95", at(late, 0.95), "ms"),
    alone("pages: the operators' own timers were late by, p99", at(late, 0.99), "ms"),
    againstTarget("pages: addresses above their target", above, "", 0),
  ];
}

/** The slowest addresses, one a line, with the number of answers their p95 is of. */
export function slowestOf({ took }: Answered, records: Partial<Records>): string[] {
  return Object.entries(took)
    .map(([address, tookMs]) => ({ address, p95: at(tookMs, 0.95), answers: tookMs.length }))
    .toSorted((a, b) => b.p95 - a.p95)
    .slice(0, SLOWEST)
    .map(
      ({ address, p95, answers }) =>
        `p95 ${p95.toFixed(1)} ms of ${answers} answers: ${withoutIds(address, records)}`,
    );
}

function withoutIds(address: string, records: Partial<Records>): string {
  let text = address;
  for (const [name, id] of Object.entries(records)) text = text.replaceAll(id, `:${name}`);
  return text;
}

function at(values: readonly number[], part: number): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * part) - 1] ?? Number.NaN;
}
