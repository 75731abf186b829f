import { parseArgs } from "node:util";
import type { BenchRow } from "../bench-chunks/bench-row.ts";
import { BENCHMARKS } from "./benchmarks.ts";

/** `bun scripts/benchmarks/main.ts NAME [--json] [--OPTION NUMBER]`: see scripts/bench. */

const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function main(args: readonly string[]): Promise<number> {
  if (args.includes("--list")) {
    for (const [name, { about, options = {} }] of Object.entries(BENCHMARKS)) {
      const words = Object.entries(options).map(([option, value]) => ` [--${option} ${value}]`);
      console.log(`${name.padEnd(14)} ${about}${words.join("")}`);
    }
    return 0;
  }
  const [name = "", ...rest] = args;
  if (name === "all" && rest.every((arg) => arg === "--json")) return runAll(rest.includes("--json"));
  const benchmark = Object.hasOwn(BENCHMARKS, name) ? BENCHMARKS[name] : undefined;
  if (benchmark === undefined) {
    say(`usage: scripts/bench NAME [--json], NAME one of ${Object.keys(BENCHMARKS).join(", ")}, or all`);
    return 2;
  }
  const given = readOptions(rest, benchmark.options ?? {});
  if (given === null) {
    say(
      `usage: scripts/bench ${name} [--json]; scripts/bench --list tells its options, whole numbers above 0`,
    );
    return 2;
  }
  print(await benchmark.run(say, given), args.includes("--json"));
  return 0;
}

/** One after the other, all figures in one table at the end. One that fails is told, and the others still run. */
async function runAll(json: boolean): Promise<number> {
  const rows: BenchRow[] = [];
  const failed: string[] = [];
  for (const [name, { run, options = {} }] of Object.entries(BENCHMARKS)) {
    say(`── ${name}`);
    try {
      rows.push(...(await run(say, options)));
    } catch (error) {
      failed.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      say(`failed: ${failed.at(-1)}`);
    }
  }
  print(rows, json);
  for (const failure of failed) say(`failed: ${failure}`);
  return failed.length === 0 ? 0 : 1;
}

function print(rows: readonly BenchRow[], json: boolean): void {
  console.log(json ? rows.map((row) => JSON.stringify(row)).join("\n") : tableOf(rows));
}

/** The options as given, the others as they are by default; null when there is anything else. */
function readOptions(args: string[], defaults: Record<string, number>): Record<string, number> | null {
  const options = Object.fromEntries(
    Object.keys(defaults).map((name) => [name, { type: "string" as const }]),
  );
  try {
    const { values } = parseArgs({ args, options: { ...options, json: { type: "boolean" } } });
    const { json: _, ...given } = values;
    const numbers = Object.entries(given).map(([name, text]) => [name, Number(text)] as const);
    if (!numbers.every(([, value]) => Number.isSafeInteger(value) && value > 0)) return null;
    return { ...defaults, ...Object.fromEntries(numbers) };
  } catch {
    // Its only errors are about what was typed.
    return null;
  }
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
