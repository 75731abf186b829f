import { mkdtempSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { type BenchRow, median } from "../bench-chunks/bench-row.ts";
import { freePort } from "../e2e/stack.ts";
import { type Broker, gatewayWith, mosquitto } from "./brokers.ts";
import { untilAccepted } from "./connack.ts";
import { type Memory, processorMs, readMemory, takeOutOfCache } from "./process-state.ts";
import { siteDatabase } from "./site-database.ts";

const WARM_ROUNDS = 9;
const COLD_ROUNDS = 5;
const IDLE_MS = 10_000;
const PROGRAM = "dist/homepot-edge-linux-x64";
const TARGET = "bun-linux-x64-baseline";
const CACHE = ".cache/bench-start";
const MB = 1_000_000;

interface Figures {
  warmMs: number[];
  coldMs: number[];
  processorMs: number[];
  idle: Memory;
}

/**
 * Time from the start of the process to a CONNACK that accepts a device's log-in, on a database of so many MiB that no cloud has
 * seen, from memory and from the disk; then what it takes of the memory when idle, and the size of the program. The peer is
 * started and asked in the same way, and has no database.
 */
export async function benchStart(say: (line: string) => void, { mib }: { mib: number }): Promise<BenchRow[]> {
  say("compiling the gateway");
  const built = Bun.spawnSync([process.execPath, "scripts/build.ts", PROGRAM.replace("dist/", "")]);
  if (built.exitCode !== 0) throw new Error(`the build failed: ${built.stdout}${built.stderr}`);
  const site = await siteDatabase(CACHE, mib, say);
  const directory = mkdtempSync(join(CACHE, "run-"));
  try {
    // A copy: what a gateway seals while it idles would be missing from the next run.
    Bun.spawnSync(["cp", "--reflink=auto", join(site.directory, "edge.db"), directory]);
    using ours = gatewayWith(`./${PROGRAM}`, await freePort(), directory, site.credential);
    using peer = mosquitto(await freePort());
    const database = join(directory, "edge.db");
    const us = await measure(ours, [PROGRAM, database, `${database}-wal`], say);
    const program = Bun.which("mosquitto");
    const them = await measure(peer, program === null ? [] : [program], say);
    say("letting an empty program idle");
    return rowsOf(us, them, await measureBare(), { peer: peer.name, mib });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function rowsOf(
  us: Figures,
  them: Figures,
  bare: Bare,
  { peer, mib }: { peer: string; mib: number },
): BenchRow[] {
  const row = (name: string, unit: string, value: number, peerValue: number, target = ""): BenchRow => ({
    name: `start: ${name}`,
    value: round(value),
    unit,
    peer,
    peerValue: round(peerValue),
    ratio: round(value / peerValue),
    target,
  });
  const start = `${mib.toLocaleString("en")} MiB, process start to CONNACK`;
  const both = (of: (figures: Figures) => number): [number, number] => [of(us), of(them)];
  /** Beside what the runtime takes for nothing at all. */
  const besideBare = (name: string, value: number, bareValue: number): BenchRow => ({
    ...row(name, "MB", value, bareValue),
    peer: "the runtime with an empty program",
  });
  return [
    row(`${start}, warm, median of ${WARM_ROUNDS}`, "ms", ...both((one) => median(one.warmMs)), "50 ms"),
    row(`${start}, warm, slowest`, "ms", ...both((one) => Math.max(...one.warmMs))),
    row(`${start}, cold, median of ${COLD_ROUNDS}`, "ms", ...both((one) => median(one.coldMs))),
    row("processor time until then, warm", "ms", ...both((one) => median(one.processorMs))),
    row("resident when idle", "MB", ...both((one) => one.idle.residentMb), "64 MB"),
    row("of that its own", "MB", ...both((one) => one.idle.ownMb)),
    row("of that pages of files", "MB", ...both((one) => one.idle.fileMb)),
    besideBare("resident when idle", us.idle.residentMb, bare.residentMb),
    besideBare("size of the program", statSync(PROGRAM).size / MB, bare.sizeMb),
  ];
}

/** `files`: what a cold start reads from the disk. */
async function measure(broker: Broker, files: string[], say: (line: string) => void): Promise<Figures> {
  say(`starting ${broker.name} ${WARM_ROUNDS + COLD_ROUNDS} times`);
  // Once before, so that neither broker is read from a cold disk or makes its database within what is measured.
  await startOnce(broker);
  const warm: Started[] = [];
  for (let round = 0; round < WARM_ROUNDS; round += 1) warm.push(await startOnce(broker));
  const cold: Started[] = [];
  for (let round = 0; round < COLD_ROUNDS; round += 1) {
    for (const file of files) takeOutOfCache(file);
    cold.push(await startOnce(broker));
  }
  say(`letting ${broker.name} idle for ${IDLE_MS / 1_000} s`);
  let idle: Memory | null = null;
  await startOnce(broker, async (pid) => {
    await Bun.sleep(IDLE_MS);
    idle = readMemory(pid);
  });
  return {
    warmMs: warm.map(({ tookMs }) => tookMs),
    coldMs: cold.map(({ tookMs }) => tookMs),
    processorMs: warm.map((started) => started.processorMs),
    idle: idle ?? { residentMb: Number.NaN, ownMb: Number.NaN, fileMb: Number.NaN },
  };
}

interface Started {
  tookMs: number;
  processorMs: number;
}

/** Starts the broker, waits until it accepts the log-in, stops it. */
async function startOnce(broker: Broker, meanwhile?: (pid: number) => Promise<void>): Promise<Started> {
  const startMs = performance.now();
  const child = Bun.spawn(broker.command, { stdin: "ignore", stdout: "ignore", stderr: "ignore" });
  try {
    await untilAccepted(broker.port, broker.login);
    const started = { tookMs: performance.now() - startMs, processorMs: processorMs(child.pid) };
    await meanwhile?.(child.pid);
    return started;
  } finally {
    child.kill("SIGTERM");
    await child.exited;
  }
}

/** A compiled program that does nothing. */
interface Bare {
  sizeMb: number;
  residentMb: number;
}

async function measureBare(): Promise<Bare> {
  const directory = mkdtempSync(join(CACHE, "bare-"));
  try {
    const [source, program] = [join(directory, "empty.ts"), join(directory, "empty")];
    await Bun.write(source, "setInterval(() => undefined, 1_000_000);");
    const command = ["build", "--compile", "--minify", "--bytecode", `--target=${TARGET}`];
    const built = Bun.spawnSync([process.execPath, ...command, source, "--outfile", program]);
    if (built.exitCode !== 0) throw new Error(`the empty program does not build: ${built.stderr}`);
    const child = Bun.spawn([program], { stdin: "ignore", stdout: "ignore", stderr: "ignore" });
    await Bun.sleep(IDLE_MS / 10);
    const { residentMb } = readMemory(child.pid);
    child.kill();
    await child.exited;
    return { sizeMb: statSync(program).size / MB, residentMb };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}
