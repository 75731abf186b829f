import type { BenchRow } from "../bench-chunks/bench-row.ts";
import { BENCHMARKS } from "./benchmarks.ts";

/** `bun scripts/benchmarks/main.ts NAME [--json]`: see scripts/bench. */

const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function main(args: readonly string[]): Promise<number> {
  if (args.includes("--list")) {
    for (const [name, { about }] of Object.entries(BENCHMARKS)) console.log(`${name.padEnd(14)} ${about}`);
    return 0;
  }
  const [name = "", ...rest] = args.filter((arg) => arg !== "--json");
  const benchmark = Object.hasOwn(BENCHMARKS, name) ? BENCHMARKS[name] : undefined;
  if (benchmark === undefined || rest.length > 0) {
    say(`usage: scripts/bench NAME [--json], NAME one of ${Object.keys(BENCHMARKS).join(", ")}`);
    return 2;
  }
  const rows = await benchmark.run(say);
  console.log(args.includes("--json") ? rows.map((row) => JSON.stringify(row)).join("\n") : tableOf(rows));
  return 0;
}

function tableOf(rows: readonly BenchRow[]): string {
  const head = ["figure", "value", "unit", "peer", "peer's", "ratio", "target"];
  const cells = rows.map((row) => [
    row.name,
    figure(row.value),
    row.unit,
    row.peer,
    figure(row.peerValue),
    figure(row.ratio),
    row.target,
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...cells].map((line) => line[column]!.length)));
  const numeric = new Set([1, 4, 5]);
  return [head, ...cells]
    .map((line) =>
      line
        .map((cell, column) =>
          numeric.has(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
        )
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Three digits that count. A peer that was not measured has no figure. */
function figure(value: number): string {
  return Number.isFinite(value) ? Number(value.toPrecision(3)).toString() : "-";
}

process.exitCode = await main(process.argv.slice(2));
