import { rmSync } from "node:fs";
import { addCounts, type Counts, countTests } from "./counts.ts";
import { folderCoverage, isCovered } from "./coverage.ts";
import { STAGES, type Stage } from "./stages.ts";

/** `bun scripts/suite/main.ts all|fast [STAGE ...]`: see scripts/test and scripts/check. */

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** A stage that hangs fails, so that a run always ends with its figures. */
const STAGE_LIMIT_MS = 25 * 60_000;

/** Runs a stage with its output shown as it comes, and counts it. */
async function runStage(stage: Stage): Promise<Counts> {
  say(`\n── ${stage.name}: ${stage.command.join(" ")}`);
  const startedMs = performance.now();
  const [program, ...args] = stage.command;
  const child = Bun.spawn([program === "bun" ? process.execPath : `node_modules/.bin/${program}`, ...args], {
    stdout: "pipe",
    stderr: "pipe",
    timeout: STAGE_LIMIT_MS,
    killSignal: "SIGKILL",
    env: { ...process.env, PATH: `${process.cwd()}/node_modules/.bin:${process.env.PATH}` },
  });
  const [stdout, stderr] = await Promise.all([show(child.stdout), show(child.stderr)]);
  const exitCode = await child.exited;
  if (child.signalCode !== null) say(`── ${stage.name}: ended by ${child.signalCode}`);
  const counts =
    stage.counts === "tests"
      ? countTests(`${stdout}\n${stderr}`, exitCode)
      : { passed: exitCode === 0 ? 1 : 0, failed: exitCode === 0 ? 0 : 1 };
  const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
  say(`── ${stage.name}: ${counts.passed} passed, ${counts.failed} failed in ${seconds} s`);
  return counts;
}

async function show(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const bytes of stream) {
    const part = decoder.decode(bytes, { stream: true });
    // Hundreds of passed tests tell nothing; what failed, and how, does.
    process.stdout.write(part.replaceAll(/^\(pass\).*\n/gm, ""));
    text += part;
  }
  return text;
}

function checkCoverage(): Counts {
  const sources = new Bun.Glob("{protocol,edge,cloud,ui}/**/*.{ts,tsx}").scanSync(".");
  const reports = ["coverage/server/lcov.info", "coverage/ui/lcov.info"];
  const counts: Counts = { passed: 0, failed: 0 };
  say("\n── coverage of lines");
  for (const { folder, percent, gate, worst } of folderCoverage(reports, [...sources].filter(isCovered))) {
    const held = percent >= gate;
    counts[held ? "passed" : "failed"] += 1;
    say(`${folder.padEnd(9)} ${percent.toFixed(1)} %, at least ${gate} % ${held ? "" : "  ← too little"}`);
    if (!held) for (const { file, missed } of worst) say(`          ${file}: ${missed} lines are never run`);
  }
  return counts;
}

async function main([mode, ...names]: string[]): Promise<number> {
  if (names.includes("--list")) {
    for (const stage of STAGES) say(stage.name);
    return 0;
  }
  const unknown = names.filter((name) => !STAGES.some((stage) => stage.name === name));
  if (unknown.length > 0) {
    process.stderr.write(`there is no stage ${unknown.join(", ")}; scripts/test --list names them\n`);
    return 2;
  }
  const stages = STAGES.filter((stage) =>
    names.length > 0 ? names.includes(stage.name) : mode === "all" || stage.fast,
  );
  rmSync("coverage", { recursive: true, force: true });
  let total: Counts = { passed: 0, failed: 0 };
  for (const stage of stages) total = addCounts(total, await runStage(stage));
  if (stages.some((stage) => stage.name === "unit") && stages.some((stage) => stage.name === "ui")) {
    total = addCounts(total, checkCoverage());
  }
  say(`\n${total.passed} passed, ${total.failed} failed`);
  return total.failed === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
