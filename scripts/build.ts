import { mkdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { version } from "../package.json";
import { compile } from "./releases/compile.ts";
import { git, sequenceOfTree } from "./releases/sequence.ts";

/** `bun scripts/build.ts [PROGRAM ...]`: see scripts/build. */

interface Program {
  name: string;
  entry: string;
  /** Gateways are often small machines whose processors lack AVX2: the baseline runtime runs on all of them. */
  target: Bun.Build.CompileTarget;
}

const PROGRAMS: readonly Program[] = [
  { name: "homepot-edge-linux-x64", entry: "edge/main.ts", target: "bun-linux-x64-baseline" },
  { name: "homepot-edge-linux-arm64", entry: "edge/main.ts", target: "bun-linux-arm64" },
  { name: "homepot-cloud-linux-x64", entry: "cloud/main.ts", target: "bun-linux-x64" },
];
const DIST = "dist";
const UNFINISHED = join(DIST, "unfinished");
const MB = 1_000_000;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function build(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !PROGRAMS.some((program) => program.name === name));
  if (unknown.length > 0) {
    process.stderr.write(`There is no program ${unknown.join(", ")}; scripts/build --help names them.\n`);
    return 2;
  }
  const programs = PROGRAMS.filter(({ name }) => names.length === 0 || names.includes(name));
  if (programs.some(({ entry }) => entry.startsWith("cloud/"))) await buildDashboard();
  const commit = currentCommit();
  let failed = 0;
  mkdirSync(UNFINISHED, { recursive: true });
  for (const program of programs) if (!(await make(program, commit))) failed += 1;
  rmSync(UNFINISHED, { recursive: true, force: true });
  return failed === 0 ? 0 : 1;
}

async function buildDashboard(): Promise<void> {
  say("building the dashboard");
  const built = Bun.spawnSync([process.execPath, "ui/build.ts"], { stdout: "ignore", stderr: "inherit" });
  if (built.exitCode !== 0) throw new Error(`bun ui/build.ts ended with ${built.exitCode}`);
}

/** The commit the tree stands at, with `.dirty` when files differ from it; "" outside a repository, unless it is given. */
function currentCommit(): string {
  const given = process.env.HOMEPOT_COMMIT ?? "";
  if (given !== "") return given;
  const commit = git("rev-parse", "--short=10", "HEAD");
  if (commit === null) return "";
  return git("status", "--porcelain", "--untracked-files=no") === "" ? commit : `${commit}.dirty`;
}

/** Of the release it is built for, or as if it were one. */
const SEQUENCE = Number(process.env.HOMEPOT_SEQUENCE ?? sequenceOfTree(Date.now()));

async function make({ name, entry, target }: Program, commit: string): Promise<boolean> {
  const startedMs = performance.now();
  const path = join(DIST, name);
  await compile({
    entry,
    target,
    unfinished: join(UNFINISHED, name),
    outfile: path,
    commit,
    sequence: SEQUENCE,
  });
  const size = `${(statSync(path).size / MB).toFixed(0)} MB`;
  const took = `${((performance.now() - startedMs) / 1_000).toFixed(1)} s`;
  const answer = runsHere(target) ? smokeRun(path, commit) : { ok: true, said: "not run: another processor" };
  say(`${path.padEnd(34)} ${size.padStart(7)} ${took.padStart(6)}   ${answer.said}`);
  return answer.ok;
}

function runsHere(target: string): boolean {
  return process.platform === "linux" && target.includes(`-${process.arch}`);
}

/** Whether the program starts and knows its version. */
function smokeRun(path: string, commit: string): { ok: boolean; said: string } {
  const wanted = commit === "" ? version : `${version}+${commit}`;
  const { exitCode, stdout, stderr } = Bun.spawnSync([`./${path}`, "--version"], { timeout: 20_000 });
  const said = stdout.toString().trim();
  if (exitCode === 0 && said === wanted) return { ok: true, said: `--version: ${said}` };
  return {
    ok: false,
    said: `FAILED: --version gave "${said}", exit ${exitCode}; ${stderr.toString().trim()}`,
  };
}

process.exitCode = await build(process.argv.slice(2));
