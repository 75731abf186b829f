import type { Drill, Outcome } from "./drill.ts";
import { runDrill } from "./drill.ts";
import { DRILLS } from "./drills.ts";

/** `bun scripts/drills/main.ts NAME|all [ROUNDS] [SEED] [--short]`: see scripts/drill. */

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const VERDICT = (outcome: Outcome): string => (outcome.faults.length === 0 ? "held" : "BROKEN");

function figuresOf({ figures }: Outcome): string {
  return Object.entries(figures)
    .map(([name, value]) => `${typeof value === "number" ? value.toLocaleString("en") : value} ${name}`)
    .join(", ");
}

async function runAndTell(drill: Drill, rounds: number, seed: number): Promise<Outcome> {
  say(`\n── ${drill.name}: ${drill.about}; ${rounds} rounds, seed ${seed}`);
  const outcome = await runDrill(drill, { rounds, seed, say });
  say(figuresOf(outcome));
  for (const fault of outcome.faults) say(`fault: ${fault}`);
  say(`${VERDICT(outcome)} in ${outcome.seconds.toFixed(1)} s`);
  return outcome;
}

function table(outcomes: readonly Outcome[]): string {
  const rows = [
    ["drill", "rounds", "seed", "seconds", "verdict", "figures"],
    ...outcomes.map((outcome) => [
      outcome.name,
      String(outcome.rounds),
      String(outcome.seed),
      outcome.seconds.toFixed(1),
      VERDICT(outcome),
      outcome.faults.length === 0 ? figuresOf(outcome) : outcome.faults.join("; "),
    ]),
  ];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

async function main(args: readonly string[]): Promise<number> {
  const short = args.includes("--short");
  const [name = "", rounds, seed] = args.filter((arg) => arg !== "--short");
  if (name === "--list") {
    for (const drill of DRILLS) say(`${drill.name.padEnd(15)} ${drill.about} (${drill.rounds} rounds)`);
    return 0;
  }
  const drills = DRILLS.filter((drill) => name === "all" || drill.name === name);
  const numbers = [rounds, seed].filter((text) => text !== undefined);
  if (drills.length === 0 || numbers.some((text) => !/^\d+$/.test(text))) {
    process.stderr.write(`no drill "${args.join(" ")}"; scripts/drill --list names them\n`);
    return 2;
  }
  const outcomes: Outcome[] = [];
  for (const drill of drills) {
    const usual = short ? drill.shortRounds : drill.rounds;
    if (usual === 0) continue;
    const given = rounds === undefined ? usual : Number(rounds);
    outcomes.push(await runAndTell(drill, given, seed === undefined ? Date.now() % 1_000_000 : Number(seed)));
  }
  if (outcomes.length > 1) say(`\n${table(outcomes)}`);
  return outcomes.every((outcome) => outcome.faults.length === 0) ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
